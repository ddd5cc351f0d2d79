import { posix } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseBlobPath, toBlobPath } from "../../../src/adapters/local/blob-path.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { renditionKey } from "../../../src/domain/model/storage-layout.js";
import { version } from "../../../src/domain/model/version.js";
import { AWKWARD_KEYS } from "../../../src/ports/contracts/awkward-keys.js";

/** Segments that look like what encoding makes of others, joined in every way. */
const hostileSegment = fc.oneof(
  fc.constantFrom(
    "",
    ".",
    "..",
    "...",
    "%",
    "%~",
    "%-",
    "%=",
    "%+",
    "%2E",
    "%2e",
    "a",
    "a.b",
    "A",
    "~",
    "\0",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc
    .tuple(fc.constantFrom("x", ".", "é", "%", "x.", "\u{1f4f7}"), fc.integer({ min: 60, max: 260 }))
    .map(([text, times]) => text.repeat(times).slice(0, 250)),
);
const key = fc
  .oneof(
    fc.array(hostileSegment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/")),
    fc.constantFrom(...AWKWARD_KEYS),
  )
  .filter((text) => text !== "" && isWellFormed(text) && Buffer.byteLength(text) <= 1_024);

/** Cutting text can leave half a surrogate pair. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

describe("the path of a key", () => {
  it("leads back to the key", () => {
    fc.assert(
      fc.property(key, (some) => expect(parseBlobPath(toBlobPath(some))).toBe(some)),
      { numRuns: 2_000 },
    );
  });

  it("never leaves the root, is never absolute and fits a file system", () => {
    fc.assert(
      fc.property(key, (some) => {
        const path = toBlobPath(some);
        expect(posix.normalize(path)).toBe(path);
        expect(path).toMatch(/^[A-Za-z0-9_.%~=+-]+(\/[A-Za-z0-9_.%~=+-]+)*$/);
        for (const name of path.split("/")) {
          expect(name.length).toBeLessThanOrEqual(255);
          expect([".", ".."]).not.toContain(name);
        }
        expect(path.length).toBeLessThanOrEqual(3_200);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is no other key's path and no other key's directory", () => {
    const related = fc.oneof(
      fc.tuple(key, key),
      key.chain((some) =>
        fc.tuple(
          fc.constant(some),
          fc.oneof(
            hostileSegment.map((end) => `${some}/${end}`),
            fc.constantFrom("", "%=", "%-", "%+", "/", ".").map((end) => some + end),
            fc.constantFrom(
              some.toLowerCase(),
              some.normalize("NFD"),
              decodeURI(encodeURI(some)),
              toBlobPath(some),
            ),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(related, ([a, b]) => {
        fc.pre(a !== b);
        const [one, other] = [toBlobPath(a), toBlobPath(b)];
        expect(one).not.toBe(other);
        expect(other.startsWith(`${one}/`)).toBe(false);
        expect(one.startsWith(`${other}/`)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the only path that leads to the key", () => {
    const path = fc.oneof(
      fc.array(hostileSegment, { minLength: 1, maxLength: 3 }).map((names) => names.join("/")),
      key.map((some) => toBlobPath(some).toLowerCase()),
    );
    fc.assert(
      fc.property(path, (some) => {
        const found = parseBlobPath(some);
        if (found !== undefined) expect(toBlobPath(found)).toBe(some);
      }),
      { numRuns: 2_000 },
    );
  });

  it("of a rendition is its key", () => {
    const versions = fc
      .record({ sequencer: fc.stringMatching(/^[0-9A-Za-z_]{0,16}$/), revision: fc.nat() })
      .map(version);
    fc.assert(
      fc.property(fc.string(), versions, fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (original, at, name) => {
        const rendition = renditionKey(deriveImageId(original), at, "f_-9", name, "webp");
        expect(toBlobPath(rendition)).toBe(rendition);
      }),
    );
  });
});
