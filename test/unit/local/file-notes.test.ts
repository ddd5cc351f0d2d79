import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { keepNotesInFiles } from "../../../src/adapters/local/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { openHeapNotes } from "../../../src/domain/use-cases/heap-notes.js";
import type { ImageNote, ImageNotes } from "../../../src/ports/image-notes.js";

/** Of few images, some with notes that are longer than what waits in memory. */
const notes: fc.Arbitrary<readonly ImageNote[]> = fc.array(
  fc.record({
    imageId: fc.nat({ max: 20 }).map((number) => deriveImageId(String(number))),
    note: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "\n", "\0", "\u2028", "s2026/cat.jpg"),
      fc.nat({ max: 1 }).map((number) => `${number}`.repeat(3_000)),
    ),
  }),
  { maxLength: 80, size: "max" },
);

async function readAll(from: ImageNotes): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = new Map<string, readonly string[]>();
  for await (const { imageId, notes } of from.read()) {
    expect(read.has(imageId)).toBe(false);
    read.set(imageId, [...notes].sort());
  }
  return read;
}

describe("notes", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "safelight-test-notes-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ["in files", () => keepNotesInFiles(folder)()],
    ["in memory", openHeapNotes],
  ])(
    "%s are read image by image, each image once with all of its notes, as often as asked",
    async (_, open) => {
      await fc.assert(
        fc.asyncProperty(notes, async (some) => {
          const expected = new Map<string, string[]>();
          for (const { imageId, note } of some)
            expected.set(imageId, [...(expected.get(imageId) ?? []), note].sort());
          const opened = await open();
          await opened.add(some.slice(0, 10));
          await opened.add(some.slice(10));
          for (let times = 0; times < 2; times += 1) expect(await readAll(opened)).toEqual(expected);
          await opened.close();
        }),
        { numRuns: 50 },
      );
    },
  );

  it("in files leave nothing behind once they are closed, and few make no file at all", async () => {
    const opened = await keepNotesInFiles(folder)();
    const imageId = deriveImageId("a");
    await opened.add([{ imageId, note: "short" }]);
    expect(readdirSync(folder)).toEqual([]);
    await opened.add([{ imageId, note: "long".repeat(2_000) }]);
    expect(readdirSync(folder)).toHaveLength(1);
    for (let times = 0; times < 2; times += 1) await opened.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
