import { describe, expect, it } from "@jest/globals";
import { KeptWalk, KeyWalk } from "../../../src/adapters/local/kept-walk.js";
import { createTestDirectory } from "../../support/data-directory.js";

async function* listKeys(...keys: string[]) {
  yield* keys;
}

describe("a kept walk", () => {
  it("is resumed once, by who goes on with the listing at the same key, and by nobody else", async () => {
    const kept = new KeptWalk();
    const walk = new KeyWalk(listKeys("a", "b", "c"));
    await walk.take();
    walk.putBack((await walk.take()) ?? "");
    const report = () => {};
    kept.keep({ prefix: "p", after: "a", onUnreadable: report }, walk);
    for (const [prefix, after] of [
      ["p", "b"],
      ["q", "a"],
      ["p", undefined],
    ] as const)
      expect(kept.resume({ prefix, after, onUnreadable: report })).toBeUndefined();
    for (const other of [undefined, () => {}])
      expect(kept.resume({ prefix: "p", after: "a", onUnreadable: other })).toBeUndefined();
    const resumed = kept.resume({ prefix: "p", after: "a", onUnreadable: report });
    expect([await resumed?.take(), await resumed?.take(), await resumed?.take()]).toEqual([
      "b",
      "c",
      undefined,
    ]);
    expect(kept.resume({ prefix: "p", after: "a", onUnreadable: report })).toBeUndefined();
  });

  it("spares the next page of a data directory to read its folders anew, and no new listing", async () => {
    const directory = createTestDirectory();
    try {
      const { originals } = directory.open();
      const put = (key: string) => originals.put(key, new Uint8Array(1), { contentType: "image/png" });
      for (const key of ["a", "b", "c", "d/e"]) await put(key);
      const readKeys = async (cursor?: string) => {
        const page = await originals.list("", { limit: 2, ...(cursor !== undefined && { cursor }) });
        return { cursor: page.cursor, keys: page.items.map(({ key }) => key) };
      };
      const first = await readKeys();
      await originals.delete("c");
      await put("z");
      // The folder was read before, and the deleted file is looked for in vain.
      expect([first.keys, (await readKeys(first.cursor)).keys]).toEqual([["a", "b"], ["d/e"]]);
      expect((await readKeys(first.cursor)).keys).toEqual(["d/e", "z"]);
      expect((await readKeys()).keys).toEqual(["a", "b"]);
    } finally {
      directory.close();
    }
  });
});
