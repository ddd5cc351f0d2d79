import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import Connection from "libsql";
import type { Value } from "../../../src/adapters/local/database.js";
import { findDirectoryDamage, local, repairDirectory } from "../../../src/adapters/local/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

const it = takeSampleOfTests(3);

const KEYS = Array.from({ length: 16 }, (_, index) => `folder/${index}.png`);
const EDITS = { alt: "a cat", title: "Cat", focalPoint: { x: 0.25, y: 0.75 } };

describe("a damaged data directory", () => {
  let sound: TestDirectory;
  let place: TestDirectory;
  let file: string;

  /** A directory with images that have edits, an owner and a name of their own. */
  beforeAll(async () => {
    sound = createTestDirectory();
    const adapters = sound.open();
    const pipeline = openPipeline(adapters);
    for (const [index, key] of KEYS.entries()) {
      const bytes = createFakeImage({ format: "png", width: 400 + index, height: 300 });
      await pipeline.process({ key, bytes, fileName: `name ${index}.png`, owner: "ann" });
      await pipeline.edit(deriveImageId(key), EDITS);
    }
    await pipeline.drainQueue();
    adapters.close();
  });
  afterAll(() => sound.close());

  beforeEach(() => {
    place = createTestDirectory();
    file = join(place.dir, "safelight.db");
    cpSync(sound.dir, place.dir, { recursive: true });
  });
  afterEach(() => place.close());

  function openPipeline(adapters: ReturnType<typeof local>) {
    const config = { uploads: { owner: "caller" } } as const;
    return definePipeline({ ...adapters, engine: createFakeEngine(), config });
  }

  function run(sql: string, values: readonly Value[] = []): void {
    const connection = new Connection(file);
    connection.prepare(sql).run([...values]);
    connection.close();
  }

  /** Repairs the files and then the images; resolves to the images, and to what had become of the database. */
  async function repair() {
    const rebuilt = await repairDirectory(findDirectoryDamage(place.dir));
    expect(findDirectoryDamage(place.dir)).toEqual([]);
    const adapters = local({ dir: place.dir });
    const pipeline = openPipeline(adapters);
    const found = await pipeline.doctor({ repair: true, graceMs: 0 });
    expect(found.filter(({ repaired }) => !repaired)).toEqual([]);
    expect(await pipeline.doctor({ graceMs: 0 })).toEqual([]);
    const { items } = await pipeline.list({ limit: 100 });
    adapters.close();
    return { rebuilt, items };
  }

  const ALL_READY = KEYS.map((key) => expect.objectContaining({ key, status: "ready" }));

  it("has no damage while nothing is wrong, whoever works in it", () => {
    place.open();
    expect(findDirectoryDamage(place.dir)).toEqual([]);
  });

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ["cut off", (bytes) => bytes.subarray(0, bytes.length / 2)],
    ["cut off in its first page", (bytes) => bytes.subarray(0, 1_000)],
    ["no database", (bytes) => bytes.fill("x", 0, 60)],
    ["without its first page", (bytes) => bytes.fill(0, 100, 4_096)],
    ["emptied", () => Buffer.alloc(0)],
  ])(
    "is rebuilt from the originals when its database is %s, and says so to everybody else",
    async (_, damage) => {
      const damaged = damage(readFileSync(file));
      writeFileSync(file, damaged);
      const read = async () => place.open().records.list({ limit: 100 });
      await expect(read()).rejects.toThrow('"safelight doctor" says what can be done');
      expect(findDirectoryDamage(place.dir)).toEqual([
        { kind: "damaged-database", file, problem: expect.any(String) },
      ]);
      const { rebuilt, items } = await repair();
      expect(items).toHaveLength(KEYS.length);
      expect(items).toEqual(expect.arrayContaining(ALL_READY));
      expect(rebuilt?.setAside).toBe(join(place.dir, "damaged-1.db"));
      expect(readFileSync(rebuilt?.setAside ?? "").subarray(0, 60)).toEqual(
        Buffer.from(damaged.subarray(0, 60)),
      );
    },
  );

  it("is rebuilt when the pages of its database are mixed up", async () => {
    writeFileSync(file, mixUpPages(readFileSync(file)));
    const { rebuilt, items } = await repair();
    expect(rebuilt?.setAside).toBe(join(place.dir, "damaged-1.db"));
    expect(items).toEqual(expect.arrayContaining(ALL_READY));
  });

  it("is rebuilt when the database is missing", async () => {
    for (const name of readdirSync(place.dir).filter((one) => one.startsWith("safelight.db")))
      rmSync(join(place.dir, name));
    const { rebuilt, items } = await repair();
    expect(rebuilt).toEqual({ edited: 0 });
    expect(items).toEqual(expect.arrayContaining(ALL_READY));
  });

  it("keeps what can still be read: edits, names and owners", async () => {
    const bytes = readFileSync(file);
    // A page in the middle of the records is no page any more.
    const middle = bytes.indexOf(`"key":"${KEYS[8]}"`);
    bytes.fill(0xaa, middle - (middle % 4_096), middle - (middle % 4_096) + 4_096);
    writeFileSync(file, bytes);
    const { rebuilt, items } = await repair();
    expect(items).toEqual(expect.arrayContaining(ALL_READY));
    expect(rebuilt?.edited).toBeGreaterThan(8);
    const edited = items.filter(({ alt }) => alt !== undefined);
    expect(edited).toHaveLength(rebuilt?.edited ?? 0);
    for (const image of edited) expect(image).toMatchObject(EDITS);
    for (const { key, owner, fileName } of items)
      expect([owner, fileName]).toEqual(["ann", `name ${KEYS.indexOf(key)}.png`]);
  });

  it.each([
    [
      "a record that is no UTF-8",
      "UPDATE records SET record = CAST(x'7bff7d' AS TEXT) WHERE image_id = ?",
      [readId(3)],
    ],
    ["a record that is no record", "UPDATE records SET record = '{}' WHERE image_id = ?", [readId(3)]],
    [
      "a record under another version",
      "UPDATE records SET version = '0-9-9' WHERE image_id = ?",
      [readId(3)],
    ],
    [
      "a record of no edition",
      "UPDATE records SET edition = CAST(x'ff' AS TEXT) WHERE image_id = ?",
      [readId(3)],
    ],
    [
      "a blob of no time",
      "UPDATE blobs SET stored_at = CAST(x'ff' AS TEXT) WHERE path = ?",
      ["folder/3.png"],
    ],
    ["a blob that says nothing", "UPDATE blobs SET attributes = '{\"conte' WHERE path = ?", ["folder/3.png"]],
    [
      "a blob that is no UTF-8",
      "UPDATE blobs SET attributes = CAST(x'7bff7d' AS TEXT) WHERE path = ?",
      ["folder/3.png"],
    ],
    [
      "a change of nothing",
      "INSERT INTO changes (path, type, version, created_at) VALUES (?, 'process', 'nonsense', 0)",
      ["folder/3.png"],
    ],
    ["an event that is no UTF-8", "UPDATE events SET event = CAST(x'ff' AS TEXT) WHERE number = 1", []],
    [
      "a link that is no UTF-8",
      "UPDATE by_name_links SET shown = CAST(x'ff' AS TEXT) WHERE image_id = ?",
      [readId(3)],
    ],
    ["a status that is no JSON", "INSERT INTO statuses VALUES ('deployment', '2026', '{\"at\": \"20')", []],
  ])("loses the one row that cannot be read, and nothing beside it: %s", async (_, sql, values) => {
    run(sql, values);
    expect(findDirectoryDamage(place.dir)).toEqual([
      expect.objectContaining({ kind: "damaged-row", problem: expect.stringContaining("cannot be read") }),
    ]);
    const { rebuilt, items } = await repair();
    expect(rebuilt).toBeUndefined();
    expect(items).toEqual(expect.arrayContaining(ALL_READY));
    expect(items.filter(({ alt }) => alt === EDITS.alt).length).toBeGreaterThanOrEqual(KEYS.length - 1);
  });

  it.each([
    ["lost", "UPDATE sequencers SET path = CAST(x'ff' AS TEXT) WHERE path = 'folder/3.png'"],
    ["missing", "DELETE FROM sequencers WHERE path = 'folder/3.png'"],
    ["too small", "UPDATE sequencers SET value = 0 WHERE path = 'folder/3.png'"],
  ])(
    "is rebuilt when the number of an original is %s, or uploads of it would be taken for old ones",
    async (_, sql) => {
      run(sql);
      const { rebuilt, items } = await repair();
      expect(rebuilt?.edited).toBe(KEYS.length);
      expect(items).toEqual(expect.arrayContaining(ALL_READY.map(() => expect.objectContaining(EDITS))));
    },
  );

  it("gets a new lock when that is damaged", async () => {
    writeFileSync(join(place.dir, "locks.db"), "no database at all\n".repeat(100));
    expect(() => place.open()).toThrow(expect.objectContaining({ code: "unavailable" }));
    const { rebuilt, items } = await repair();
    expect(rebuilt).toBeUndefined();
    expect(items).toHaveLength(KEYS.length);
  });

  it("never overwrites what was set aside before", async () => {
    for (const name of ["damaged-1.db", "damaged-2.db"]) {
      truncateSync(file, 5_000);
      expect((await repairDirectory(findDirectoryDamage(place.dir)))?.setAside).toBe(join(place.dir, name));
      expect(existsSync(join(place.dir, name))).toBe(true);
    }
  });

  it("ends no process that reads a damaged record, and says what to do", async () => {
    run("UPDATE records SET record = CAST(x'7bff7d' AS TEXT) WHERE image_id = ?", [readId(3)]);
    run("UPDATE blobs SET attributes = CAST(x'7bff7d' AS TEXT) WHERE path = 'folder/3.png'");
    const { records, originals } = place.open();
    const refusal = { code: "unavailable", message: expect.stringContaining("safelight doctor") };
    await expect(records.get(deriveImageId(KEYS[3] ?? ""))).rejects.toMatchObject(refusal);
    await expect(records.list({ limit: 100 })).rejects.toMatchObject(refusal);
    await expect(originals.head("folder/3.png")).rejects.toMatchObject(refusal);
  });
});

/** Puts a page of one table into the place of a page of another one, both ways. */
function mixUpPages(bytes: Buffer): Buffer {
  const findPage = (text: string) => bytes.lastIndexOf(text) - (bytes.lastIndexOf(text) % 4_096);
  const [one, other] = [findPage(`"key":"${KEYS[8]}"`), findPage('{"contentType":')];
  const copy = Buffer.from(bytes);
  bytes.copy(copy, one, other, other + 4_096);
  bytes.copy(copy, other, one, one + 4_096);
  return copy;
}

function readId(index: number): string {
  return deriveImageId(KEYS[index] ?? "");
}
