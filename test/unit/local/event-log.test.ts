import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DataDirectory, openDataDirectory } from "../../../src/adapters/local/data-directory.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { EVENT_RETENTION } from "../../../src/domain/model/event-retention.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { createEvent } from "../../../src/ports/contracts/events.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const DAY = 24 * 60 * 60 * 1000;

describe("the events of a data directory", () => {
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

  /** Writes so many rows that are so old. */
  function writeRows(count: number, age: number): void {
    data.database.run(
      `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)
       INSERT INTO events (id, published_at, event) SELECT ? || n, ?, '{}' FROM c`,
      [count, `${age}-`, Date.now() - age],
    );
  }

  const countRows = () =>
    data.database.selectAll<{ n: number }>("SELECT count(*) AS n FROM events")[0]?.n ?? 0;

  it("are deleted after seven days, a few with each new one", async () => {
    const { events } = place.open();
    writeRows(30, EVENT_RETENTION + DAY);
    writeRows(2_000, EVENT_RETENTION - DAY);
    const left: number[] = [];
    for (const key of ["a", "b", "c"]) {
      await events.publish(createEvent(key));
      left.push(countRows());
    }
    expect(left).toEqual([2_011, 2_002, 2_003]);
  });

  it("are kept longer while they are among the newest 1,000, so that whoever has them all is not refused after a quiet week", async () => {
    const { events, eventLog } = place.open();
    writeRows(1_010, EVENT_RETENTION + DAY);
    const after = await eventLog.readNewest();
    const event = createEvent("a");
    await events.publish(event);
    expect(countRows()).toBe(1_000);
    expect(await eventLog.read({ after, limit: 10 })).toEqual([event]);
  });

  it("leave out none that is old because of one that comes again", async () => {
    const { events } = place.open();
    writeRows(1_010, EVENT_RETENTION - DAY);
    const event = createEvent("a");
    await events.publish(event);
    data.database.run("UPDATE events SET published_at = 0 WHERE number < 5");
    await events.publish(event);
    expect(countRows()).toBe(1_011);
  });

  it("are left to others where `events` is another publisher, and the links by name are made all the same", async () => {
    const { events: _, ...ports } = place.open();
    const published: ImageEvent[] = [];
    const events = { publish: async (event: ImageEvent) => void published.push(event) };
    const pipeline = definePipeline({ ...ports, events, engine: createFakeEngine() });
    const bytes = createFakeImage({ format: "png", width: 300, height: 200 });
    const { imageId } = await pipeline.process({ key: "cat.png", bytes });
    expect(readdirSync(join(place.dir, "by-name", "cat.png")).length).toBeGreaterThan(0);
    await pipeline.remove(imageId);
    expect(readdirSync(join(place.dir, "by-name"))).toEqual([]);
    expect(published.map(({ type }) => type)).toEqual(["ImageReady", "ImageRemoved"]);
    expect(countRows()).toBe(0);
  });
});
