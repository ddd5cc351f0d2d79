import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import Connection from "libsql";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const BYTES = 8_000_000;
/** In whole seconds, which every file system keeps. */
const YESTERDAY = Math.floor(Date.now() / 1_000) - 86_400;

/** Bytes that this process has read from files so far; only Linux tells. */
const COUNTS = "/proc/self/io";
const countRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync(COUNTS, "utf8"))?.[1]);
const onLinux = existsSync(COUNTS);

describe("files that people put into a data directory", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  function write(path: string, bytes: Uint8Array, time: number | undefined = YESTERDAY): void {
    const file = join(place.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    if (time !== undefined) utimesSync(file, time, time);
  }

  async function countBytes(work: () => Promise<unknown>): Promise<number> {
    const before = countRead();
    await work();
    return countRead() - before;
  }

  const listKnown = () => {
    const connection = new Connection(join(place.dir, "safelight.db"));
    try {
      const rows = connection.prepare("SELECT path FROM blobs").all([]) as { path: string }[];
      return rows.map(({ path }) => path);
    } finally {
      connection.close();
    }
  };

  it.each([
    ["originals", "Summer 2026/my cat.jpg"],
    ["renditions", "a/b.jpg"],
  ] as const)("are read once to be listed, by any process: below %s", async (store, key) => {
    if (!onLinux) return;
    const first = place.open()[store];
    write(`${store}/${key}`, new Uint8Array(BYTES));
    expect(await countBytes(() => first.list(""))).toBeGreaterThan(BYTES);
    const again = place.open()[store];
    for (const blobs of [first, again])
      expect(await countBytes(() => blobs.list(""))).toBeLessThan(BYTES / 8);
    const [blob] = (await again.list("")).items;
    const contentType = "application/octet-stream";
    const etag = computeSha256(new Uint8Array(BYTES));
    expect(blob).toMatchObject({
      key,
      etag,
      size: BYTES,
      contentType,
      storedAt: new Date(YESTERDAY * 1_000),
    });
  });

  it("are read again once they were written again, though their times and sizes stay", async () => {
    const { originals } = place.open();
    for (const text of ["one", "two", "six"]) {
      write("originals/a b.jpg", Buffer.from(text));
      const [blob] = (await originals.list("")).items;
      expect(blob?.etag).toBe(computeSha256(text));
      expect((await originals.get("a b.jpg", { ifMatch: computeSha256(text) })).size).toBe(3);
    }
    expect(listKnown()).toEqual(["a%20b.jpg"]);
  });

  it("are not remembered while they are so new that they may be written again at the same time", async () => {
    const { originals } = place.open();
    write("originals/a.jpg", Buffer.from("a"), Date.now() / 1_000);
    await originals.list("");
    expect(listKnown()).toEqual([]);
  });

  it("are forgotten when they are deleted, replaced, or missing at a repair", async () => {
    const adapters = place.open();
    const { originals } = adapters;
    const keys = ["deleted file", "kept file", "missing file", "replaced file"];
    for (const key of keys) write(`originals/${key}`, Buffer.from(key));
    await originals.list("");
    expect(listKnown()).toHaveLength(keys.length);
    await originals.delete("deleted file");
    await originals.put("replaced file", Buffer.from("new"), { contentType: "text/plain" });
    rmSync(join(place.dir, "originals", "missing file"));
    expect(await adapters.findStaleAttributes({ repair: true })).toEqual([]);
    expect(listKnown().sort()).toEqual(["kept%20file%=", "replaced%20file%="]);
    expect(statSync(join(place.dir, "originals", "kept file")).size).toBe(9);
    expect((await originals.head("replaced file")).contentType).toBe("text/plain");
  });
});
