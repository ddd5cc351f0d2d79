import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import { guardBlobStore, guardMetadataRepository } from "../../../src/ports/checked/index.js";
import type { ListQuery, MetadataRepository, NameQuery } from "../../../src/ports/metadata-repository.js";
import { createRecorder } from "../../support/recording.js";

/** A store, and a repository, whose every page ends at `position`. */
const createStore = (position: string) =>
  createRecorder<BlobStore>({ list: { items: [], cursor: position } });
const createRecords = (position: string) =>
  createRecorder<MetadataRepository>({ list: { items: [], cursor: position } });

const positions = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const invalid = { code: "invalid-input" };

describe("a cursor", () => {
  it("gives the adapter the position at which its page ended, whatever that is", async () => {
    await fc.assert(
      fc.asyncProperty(positions, fc.string({ unit: "grapheme", maxLength: 9 }), async (position, prefix) => {
        const { port, calls } = createStore(position);
        const store = guardBlobStore(port);
        const { cursor } = await store.list(prefix, { limit: 3 });
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        await store.list(prefix, { limit: 7, cursor });
        expect(calls[1]?.request).toEqual([prefix, { limit: 7, cursor: position }]);
      }),
    );
  });

  it("is refused by a listing of another prefix", async () => {
    const store = guardBlobStore(createStore("p").port);
    const { cursor } = await store.list("a");
    for (const prefix of ["", "a/", "b"])
      await expect(store.list(prefix, { cursor })).rejects.toMatchObject(invalid);
  });

  it("is refused by a listing of records with another filter, and accepted by one with another limit", async () => {
    const records = guardMetadataRepository(createRecords("p").port);
    const filters: readonly Omit<ListQuery, "limit">[] = [
      {},
      { status: "ready" },
      { status: "pending" },
      { tag: "ready" },
      { tag: "" },
      { tag: "null" },
      { status: "ready", tag: "ready" },
    ];
    for (const made of filters) {
      const { cursor } = await records.list({ limit: 1, ...made });
      for (const used of filters) {
        const listing = records.list({ limit: 2, ...used, cursor });
        if (used === made) expect(await listing).toEqual({ items: [], cursor });
        else await expect(listing).rejects.toMatchObject(invalid);
      }
    }
  });

  it("of a search is refused by another one, and accepted by the same in another case", async () => {
    const { port, calls } = createRecorder<MetadataRepository>({
      list: { items: [], cursor: "p" },
      listByName: { items: [], cursor: "p" },
    });
    const records = guardMetadataRepository(port);
    const searchImages = async (query: Omit<NameQuery, "limit">) =>
      records.listByName?.({ limit: 1, ...query });
    const cursor = (await searchImages({ name: "E\u0301t" }))?.cursor ?? "";
    await searchImages({ name: "\u00e9T", cursor });
    expect(calls.at(-1)?.request).toEqual([{ limit: 1, name: "\u00e9t", cursor: "p" }, undefined]);
    for (const query of [
      { name: "et" },
      { name: "\u00e9t", status: "ready" },
      { name: "\u00e9t", owner: "a" },
    ] as const)
      await expect(searchImages({ ...query, cursor })).rejects.toMatchObject(invalid);
    await expect(records.list({ limit: 1, cursor })).rejects.toMatchObject(invalid);
  });

  it("of blobs is refused for records", async () => {
    const { cursor } = await guardBlobStore(createStore("p").port).list("");
    await expect(
      guardMetadataRepository(createRecords("p").port).list({ limit: 1, cursor }),
    ).rejects.toMatchObject(invalid);
  });

  it("is refused when anything about it was changed, and the adapter is not asked", async () => {
    await fc.assert(
      fc.asyncProperty(
        positions,
        fc.nat({ max: 60 }),
        fc.constantFrom("", "A", "b", "-", "!", "=", " ", "\n", "\u00e9"),
        async (position, at, put) => {
          const { port, calls } = createStore(position);
          const store = guardBlobStore(port);
          const { cursor = "" } = await store.list("");
          const changed = cursor.slice(0, at) + put + cursor.slice(at + 1);
          fc.pre(changed !== cursor);
          await expect(store.list("", { cursor: changed })).rejects.toMatchObject(invalid);
          expect(calls).toHaveLength(1);
        },
      ),
    );
  });

  it.each(["", "x", "not a cursor", "%%%", "9999", "e30", "AAAAAAAA"])("is not %s", async (cursor) => {
    await expect(guardBlobStore(createStore("p").port).list("", { cursor })).rejects.toMatchObject(invalid);
    await expect(
      guardMetadataRepository(createRecords("p").port).list({ limit: 1, cursor }),
    ).rejects.toMatchObject(invalid);
  });
});
