import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  deriveEntries,
  deriveIndexKeys,
  deriveSortKey,
  isSortKey,
  SHARDS,
} from "../../../src/adapters/aws/records-layout.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { compareKeys } from "../../../src/domain/model/original-key.js";
import { foldName } from "../../../src/domain/model/search-name.js";
import { version } from "../../../src/domain/model/version.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";

const positions = fc.record({
  createdAt: fc
    .date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true })
    .map((date) => date.toISOString()),
  imageId: fc.string().map(deriveImageId),
});

describe("a sort key", () => {
  it("sorts as the listing does: newer first, then by id", () => {
    fc.assert(
      fc.property(positions, positions, (a, b) => {
        const newer = a.createdAt === b.createdAt ? a.imageId < b.imageId : a.createdAt > b.createdAt;
        expect(deriveSortKey(a) < deriveSortKey(b)).toBe(newer);
      }),
    );
  });

  it("of a search sorts by the folded name first, and is told from that of a listing", () => {
    const names = fc.constantFrom("a", "A b", "a.jpg", "\u00e4", "ab", "\u{1f4f7}", "\uffee", "");
    const named = fc.tuple(positions, names).map(([position, fileName]) => ({ ...position, fileName }));
    fc.assert(
      fc.property(named, named, (a, b) => {
        const [first, second] = [a, b].map((one) => deriveSortKey(one, { name: true })) as [string, string];
        const byName = compareKeys(foldName(a.fileName), foldName(b.fileName));
        const expected = byName || compareKeys(deriveSortKey(a), deriveSortKey(b));
        expect(Math.sign(compareKeys(first, second))).toBe(Math.sign(expected));
        expect([isSortKey(first), isSortKey(first, foldName(a.fileName))]).toEqual([false, true]);
        expect(isSortKey(deriveSortKey(a), "")).toBe(false);
      }),
    );
  });

  it("of the longest name is no longer than DynamoDB allows", () => {
    const fileName = "\u0390".repeat(600);
    const sortKey = deriveSortKey({ ...createRecord("a"), fileName }, { name: true });
    expect(Buffer.byteLength(sortKey)).toBeLessThanOrEqual(1_024);
  });

  it("is validated: text with one character changed is refused", () => {
    fc.assert(
      fc.property(
        positions,
        fc.nat({ max: 37 }),
        fc.constantFrom("", "!", "=", " ", "\n", "\u00e9"),
        (position, at, put) => {
          const sortKey = deriveSortKey(position);
          expect(isSortKey(sortKey)).toBe(true);
          expect(isSortKey(sortKey.slice(0, at) + put + sortKey.slice(at + 1))).toBe(false);
        },
      ),
    );
  });
});

describe("the partitions", () => {
  it("spread the images evenly over all shards", () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 4_000; index += 1) {
      const partition = deriveIndexKeys(createRecord(`k${index}`))?.listingPartition ?? "none";
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    }
    expect(counts.size).toBe(SHARDS);
    for (const count of counts.values()) expect(Math.abs(count - 4_000 / SHARDS)).toBeLessThan(200);
  });

  it("hold no tombstone whose outbox is open, and no entry of any tombstone", () => {
    expect(deriveIndexKeys(createRecord("k", { status: "removed" }))).toBeUndefined();
    expect(deriveEntries(createRecord("k", { status: "removed", tags: ["a"] })).size).toBe(0);
  });

  it("hold an entry for each tag, one for the owner and one for each tag of the owner, in partitions of their own", () => {
    const listOwned = (owner: string) => [
      ...deriveEntries(createRecord("k", { tags: ["a", "b"], owner })).values(),
    ];
    const [ann, bob] = [listOwned("ann"), listOwned("bob")];
    expect(ann.map(({ tag, owner }) => [tag, owner])).toEqual([
      ["a", undefined],
      ["b", undefined],
      [undefined, "ann"],
      ["a", "ann"],
      ["b", "ann"],
    ]);
    expect(new Set([...ann, ...bob].map(({ listingPartition }) => listingPartition)).size).toBe(2 + 3 + 3);
    expect(new Set([...ann, ...bob].map(({ statusPartition }) => statusPartition)).size).toBe(2 + 3 + 3);
    // An owner who is called like a tag, and a tag that is spelled like both.
    const partitions = [
      createRecord("k", { tags: ["x"] }),
      createRecord("k", { owner: "x" }),
      createRecord("k", { tags: ['x","y'] }),
      createRecord("k", { tags: ["y"], owner: "x" }),
    ].flatMap((record) =>
      [...deriveEntries(record).values()].map(({ listingPartition }) => listingPartition),
    );
    expect(new Set(partitions).size).toBe(5);
  });

  it("hold an entry of its own for each version, status and time of a tag", () => {
    const versions = [
      createRecord("k", { tags: ["a", "b"] }),
      createRecord("k", { tags: ["a"], version: version({ sequencer: "2", revision: 0 }) }),
      createRecord("k", { tags: ["a"], status: "rejected" }),
      createRecord("k", { tags: ["a"], createdAt: "2026-01-02T00:00:00.000Z" }),
      createRecord("other", { tags: ["a"] }),
    ];
    const ids = versions.flatMap((record) => [...deriveEntries(record).keys()]);
    expect(new Set(ids).size).toBe(6);
    expect([...deriveEntries(createRecord("k", { tags: ["b", "a"] })).keys()].sort()).toEqual(
      ids.slice(0, 2).sort(),
    );
  });
});
