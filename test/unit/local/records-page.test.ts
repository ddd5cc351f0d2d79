import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DataDirectory, openDataDirectory } from "../../../src/adapters/local/data-directory.js";
import { buildPageQueries } from "../../../src/adapters/local/records-page.js";
import { buildSearchQueries } from "../../../src/adapters/local/search-page.js";
import type { ListQuery, NameQuery } from "../../../src/ports/metadata-repository.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

/** One index is gone through from the very place where the page begins. */
const IN_ORDER = /^SEARCH l USING (COVERING )?INDEX \w+ \(.*created_at[<=]/;
const AFTER = { createdAt: "2026-01-01T00:00:00.000Z", imageId: "a" };

describe("a page of records", () => {
  let place: TestDirectory;
  let data: DataDirectory;
  beforeEach(() => {
    place = createTestDirectory();
    data = openDataDirectory(place.dir);
  });
  afterEach(() => {
    data.close();
    place.close();
  });

  const plan = (sql: string, values: readonly (string | number | null)[]) =>
    data.database
      .selectAll<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values)
      .map(({ detail }) => detail);

  const queries: readonly ListQuery[] = [
    { limit: 10 },
    { limit: 10, status: "ready" },
    { limit: 10, tag: "cat" },
    { limit: 10, status: "ready", tag: "cat" },
    { limit: 10, owner: "ann" },
    { limit: 10, status: "ready", owner: "ann" },
    { limit: 10, tag: "cat", owner: "ann" },
    { limit: 10, status: "ready", tag: "cat", owner: "ann" },
  ];
  for (const query of queries) {
    it(`with ${JSON.stringify(query)} is read from an index in its order, so that it costs the same however many there are`, () => {
      for (const after of [undefined, AFTER]) {
        for (const { sql, values } of buildPageQueries(query, after, 11)) {
          const steps = plan(sql, values);
          expect(steps[0]).toMatch(IN_ORDER);
          expect(steps.filter((step) => /SCAN|TEMP B-TREE/.test(step))).toEqual([]);
        }
      }
    });
  }

  const searches: readonly NameQuery[] = [
    { limit: 10, name: "cat" },
    { limit: 10, name: "cat", status: "ready" },
    { limit: 10, name: "cat", owner: "ann" },
    { limit: 10, name: "cat", status: "ready", owner: "ann" },
  ];
  for (const query of searches) {
    it(`of a search with ${JSON.stringify(query)} is read from an index in its order as well`, () => {
      for (const after of [undefined, { ...AFTER, name: "cats" }]) {
        const queries = buildSearchQueries(query, after, 11);
        expect(queries).toHaveLength(after === undefined ? 1 : 3);
        for (const { sql, values } of queries) {
          const steps = plan(sql, values);
          expect(steps).toEqual([
            expect.stringMatching(/^SEARCH l USING INDEX records_by_name\w* \(.*name[<=>]/),
          ]);
        }
      }
    });
  }

  it("would not be with one statement for both: the check finds the scan that it looks for", () => {
    const sql =
      "SELECT l.record FROM records AS l WHERE l.status = ? AND (l.created_at < ? OR (l.created_at = ? AND l.image_id > ?)) ORDER BY l.created_at DESC, l.image_id LIMIT 1";
    const values = ["ready", AFTER.createdAt, AFTER.createdAt, AFTER.imageId];
    expect(plan(sql, values)[0]).not.toMatch(IN_ORDER);
  });
});
