import { readdirSync, readlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { LocalAdapters } from "../../../src/adapters/local/index.js";
import { toBytes } from "../../../src/ports/contracts/expectations.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

/** Descriptors of files below `dir`; what other suites of this process have opened is closed whenever it is collected. */
function countOpenFiles(dir: string): number {
  const descriptors = "/proc/self/fd";
  return readdirSync(descriptors).filter((name) => {
    try {
      return readlinkSync(`${descriptors}/${name}`).startsWith(dir);
    } catch {
      // The descriptor that listed them.
      return false;
    }
  }).length;
}

const ROUNDS = 20;
const TYPE = { contentType: "image/png" };

describe("the local stores leave no file open", () => {
  let place: TestDirectory;
  let local: LocalAdapters;
  beforeEach(() => {
    place = createTestDirectory();
    local = place.open();
  });
  afterEach(() => place.close());

  /** How many more files are open after {@link ROUNDS} rounds than after the first one, which may open what stays open. */
  async function countLeftOpen(round: (count: number) => Promise<unknown>): Promise<number> {
    await round(0);
    const before = countOpenFiles(place.dir);
    for (let count = 1; count <= ROUNDS; count += 1) await round(count);
    return countOpenFiles(place.dir) - before;
  }

  it("after storing, reading, listing and deleting in new folders", async () => {
    const { originals } = local;
    const left = await countLeftOpen(async (count) => {
      const key = `folder-${count}/deep/cat.png`;
      await originals.put(key, toBytes("cat"), TYPE);
      await originals.get(key);
      await originals.head(key);
      await originals.list("");
      await originals.delete(key);
    });
    expect(left).toBe(0);
  });

  it("after refusals", async () => {
    const { originals } = local;
    await originals.put("cat.png", toBytes("a cat"), TYPE);
    const left = await countLeftOpen(async () => {
      await expect(originals.get("none.png")).rejects.toMatchObject({ code: "not-found" });
      await expect(originals.get("cat.png", { maxBytes: 1 })).rejects.toMatchObject({ code: "too-large" });
      await expect(originals.get("cat.png", { ifMatch: "other" as never })).rejects.toMatchObject({
        code: "conflict",
      });
      const signal = AbortSignal.abort();
      await expect(originals.put("b.png", toBytes("b"), { ...TYPE, signal })).rejects.toThrow();
    });
    expect(left).toBe(0);
  });
});
