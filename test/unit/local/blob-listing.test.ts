import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { listKeys } from "../../../src/adapters/local/blob-listing.js";
import { toBlobPath } from "../../../src/adapters/local/blob-path.js";
import { FirstSegments } from "../../../src/adapters/local/first-segments.js";
import { compareKeys, isOriginalKey } from "../../../src/domain/model/original-key.js";
import { createTestDirectory } from "../../support/data-directory.js";
import { chooseCount, SEED } from "../../support/sample.js";

const numRuns = chooseCount({ fast: 40, ordinary: 40, long: 300 }, "SAFELIGHT_NAMED_FOLDERS");

const SEGMENTS = [
  "",
  "a",
  "b",
  "B.jpg",
  "my cat",
  "é",
  "\u{1f4f7}",
  "\uffee",
  "l".repeat(250),
  "l".repeat(450),
];

const keys = fc.uniqueArray(
  fc
    .array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 3 })
    .map((segments) => segments.join("/"))
    .filter(isOriginalKey),
  { minLength: 1, maxLength: 20 },
);

describe("the listing of a data directory", () => {
  it("gives every key once and in order, however few segments of a directory it holds at a time", async () => {
    const options = fc.record({
      mostHeld: fc.integer({ min: 1, max: 4 }),
      takesOwnNames: fc.boolean(),
      prefix: fc.constantFrom("", "a", "a/", "l", `${"l".repeat(250)}/`, "/"),
      at: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(keys, options, async (some, { prefix, mostHeld, takesOwnNames, at }) => {
        const place = createTestDirectory();
        try {
          const root = join(place.dir, "originals");
          place.open();
          for (const key of some) {
            const file = join(root, toBlobPath(key));
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, "");
          }
          const inOrder = some.toSorted(compareKeys);
          for (const after of [undefined, inOrder[at % inOrder.length]]) {
            const listed: string[] = [];
            const how = { prefix, after, mostHeld, takesOwnNames, onUnreadable: undefined };
            for await (const key of listKeys(root, how)) listed.push(key);
            const wanted = inOrder.filter((key) => after === undefined || compareKeys(key, after) > 0);
            expect(listed).toEqual(wanted.filter((key) => key.startsWith(prefix)));
          }
        } finally {
          place.close();
        }
      }),
      { numRuns, seed: SEED },
    );
  });

  it("keeps no more of a directory's segments than twice what it holds", () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) =>
      String((index * 7_919) % 1_000).padStart(3, "0"),
    );
    const first = new FirstSegments(10);
    for (const segment of [...numbers, ...numbers]) first.add(segment);
    const { segments: kept, bound } = first.finish();
    const segments = [...kept];
    expect(segments.length).toBeLessThanOrEqual(20);
    expect(segments).toEqual(numbers.toSorted().slice(0, segments.length));
    expect(bound).toBe(segments.at(-1));
  });
});
