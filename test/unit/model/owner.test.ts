import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { checkOwnerName, readStoredOwner, toOwnerMetadata } from "../../../src/domain/model/owner.js";

const names = fc.string({ unit: "binary", minLength: 1, maxLength: 60 }).filter((text) => {
  try {
    return checkOwnerName(text) === text;
  } catch {
    return false;
  }
});
const caller = { owner: "caller" } as const;

describe("the owner of an original", () => {
  it("is read from the blob's metadata, which every store can keep", () => {
    fc.assert(
      fc.property(names, (owner) => {
        const metadata = toOwnerMetadata(owner);
        expect(metadata.owner).toMatch(/^[\x21-\x7e]+$/);
        expect(readStoredOwner({ key: "a/b.jpg", metadata }, caller)).toBe(owner);
      }),
    );
    expect(toOwnerMetadata(undefined)).toEqual({});
  });

  it("comes from the source that the configuration names, and no other", () => {
    const stored = { key: "ann/b/c.jpg", metadata: toOwnerMetadata("ben") };
    expect(readStoredOwner(stored, { owner: "none" })).toBeUndefined();
    expect(readStoredOwner(stored, { owner: "key" })).toBe("ann");
    expect(readStoredOwner(stored, caller)).toBe("ben");
    expect(readStoredOwner({ ...stored, metadata: {} }, caller)).toBeUndefined();
  });

  it.each(["c.jpg", "/c.jpg", "a\nb/c.jpg", `${"x".repeat(201)}/c.jpg`])(
    "is absent for the key %j",
    (key) => {
      expect(readStoredOwner({ key, metadata: {} }, { owner: "key" })).toBeUndefined();
    },
  );

  it("is absent for metadata that names none, and taken literally if it is not encoded", () => {
    const readOwner = (owner: string) => readStoredOwner({ key: "k", metadata: { owner } }, caller);
    for (const text of ["", "%0A", "%00", "x".repeat(201), "%C3%BC".repeat(101)])
      expect([text, readOwner(text)]).toEqual([text, undefined]);
    expect([readOwner("50%"), readOwner("a b"), readOwner("%C3%BC")]).toEqual(["50%", "a b", "ü"]);
  });

  it.each(["", "a\nb", "\u0000", "\ud800", "\u2028", "ü".repeat(101), 7, null])("cannot be %j", (owner) => {
    const refusal = { code: "invalid-input", message: expect.stringContaining("200 bytes of UTF-8") };
    expect(() => toOwnerMetadata(owner as string)).toThrow(expect.objectContaining(refusal));
  });
});
