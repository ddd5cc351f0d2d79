import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseBlobPath, toBlobPath } from "../../../src/adapters/local/blob-path.js";
import { compareKeys } from "../../../src/domain/model/original-key.js";
import { createTestDirectory } from "../../support/data-directory.js";
import { chooseCount, SEED } from "../../support/sample.js";

const numRuns = chooseCount({ fast: 40, ordinary: 40, long: 300 }, "SAFELIGHT_NAMED_FOLDERS");

/** Names as people and tools give them, and those that mean something to the store. */
const NAMES = [
  "cat.jpg",
  "my cat.jpg",
  "my%20cat.jpg",
  "Grüße.JPG",
  "IMG (1).JPG",
  "README",
  "README%=",
  "photos",
  "photos.2026",
  "my photos",
  "my%20photos",
  "100%.jpg",
  ".hidden",
  "...",
  " ",
  "%~",
  "%~%=",
  "a%+",
  "a%-",
  "b%2Ec",
  "b.c",
  "\u{1f4f7}",
  "~",
  "l".repeat(255),
];

const paths = fc.uniqueArray(
  fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => names.join("/")),
  { minLength: 1, maxLength: 12 },
);

const toBytes = (text: string) => new TextEncoder().encode(text);

/** Writes each file that the others leave room for; the files that were written, by key: the spelled name before the own one. */
function writeAll(root: string, some: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const path of some) {
    const file = join(root, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, path);
    } catch {
      continue;
    }
    const spelled = parseBlobPath(path) || undefined;
    const key = spelled ?? path;
    if (!files.has(key) || spelled !== undefined) files.set(key, path);
  }
  return files;
}

describe("files that people put below the originals under names of their own", () => {
  it("are listed once each, in order, under every prefix, and read, replaced and deleted by their keys", async () => {
    await fc.assert(
      fc.asyncProperty(paths, fc.integer({ min: 1, max: 4 }), fc.nat(), async (some, limit, chosen) => {
        const place = createTestDirectory();
        try {
          const { originals } = place.open();
          const root = join(place.dir, "originals");
          const files = writeAll(root, some);
          const keys = [...files.keys()].sort(compareKeys);
          const list = async (prefix: string) => {
            const listed: string[] = [];
            let cursor: string | undefined;
            do {
              const page = await originals.list(prefix, { limit, ...(cursor !== undefined && { cursor }) });
              listed.push(...page.items.map(({ key }) => key));
              cursor = page.cursor;
            } while (cursor !== undefined);
            return listed;
          };
          for (const prefix of ["", "my", "my photos/", "my%20photos/", "photos.2026/", "README", "a%+/"])
            expect([prefix, await list(prefix)]).toEqual([
              prefix,
              keys.filter((key) => key.startsWith(prefix)),
            ]);
          for (const [key, path] of files)
            expect(new TextDecoder().decode((await originals.get(key)).bytes)).toBe(path);
          const key = keys[chosen % keys.length] ?? "";
          if (chosen % 2 === 0) {
            await originals.delete(key);
            expect(await list("")).toEqual(keys.filter((other) => other !== key));
            await expect(originals.head(key)).rejects.toMatchObject({ code: "not-found" });
            return;
          }
          const isPlaced = await originals.put(key, toBytes("new"), { contentType: "text/plain" }).then(
            () => true,
            () => false,
          );
          expect(await list("")).toEqual(keys);
          const { bytes } = await originals.get(key);
          expect(new TextDecoder().decode(bytes)).toBe(isPlaced ? "new" : files.get(key));
          if (!isPlaced) return;
          expect(readFileSync(join(root, toBlobPath(key)), "utf8")).toBe("new");
          await originals.delete(key);
          expect(await list("")).toEqual(keys.filter((other) => other !== key));
        } finally {
          place.close();
        }
      }),
      { numRuns, seed: SEED },
    );
  }, 120_000);

  it("are never reached through a link or above the folder, whatever their key", async () => {
    const place = createTestDirectory();
    try {
      const { originals } = place.open();
      const outside = join(place.dir, "out side");
      mkdirSync(outside);
      writeFileSync(join(outside, "secret file"), "secret");
      symlinkSync(outside, join(place.dir, "originals", "my link"));
      symlinkSync(join(outside, "secret file"), join(place.dir, "originals", "file link"));
      expect((await originals.list("")).items).toEqual([]);
      const keys = [
        "my link/secret file",
        "file link",
        "../out side/secret file",
        "x y/../../out side/secret file",
      ];
      for (const key of keys) {
        await expect(originals.get(key)).rejects.toMatchObject({ code: "not-found" });
        await originals.delete(key);
        expect((await originals.list(key)).items).toEqual([]);
      }
      await expect(originals.head("a\0b c")).rejects.toMatchObject({ code: "not-found" });
      await expect(originals.head(`${"l".repeat(300)} x`)).rejects.toMatchObject({ code: "not-found" });
      expect(existsSync(join(outside, "secret file"))).toBe(true);
    } finally {
      place.close();
    }
  });

  it("are no renditions: only Safelight writes those", async () => {
    const place = createTestDirectory();
    try {
      const { renditions } = place.open();
      writeFileSync(join(place.dir, "renditions", "my file"), "");
      expect((await renditions.list("")).items).toEqual([]);
      await expect(renditions.head("my file")).rejects.toMatchObject({ code: "not-found" });
    } finally {
      place.close();
    }
  });
});
