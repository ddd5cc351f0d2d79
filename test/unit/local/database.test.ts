import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Database, openConnection } from "../../../src/adapters/local/database.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

describe("the database of a data directory", () => {
  let place: TestDirectory;
  let file: string;
  beforeEach(() => {
    place = createTestDirectory();
    place.open().close();
    file = join(place.dir, "safelight.db");
  });
  afterEach(() => place.close());

  const countSequencers = (database: Database) => database.selectAll("SELECT 1 FROM sequencers").length;

  /** Another process that writes for as long as `use` takes. */
  async function useDuringWrite<T>(use: () => T | Promise<T>): Promise<T> {
    const writer = openConnection(file);
    writer.exec("BEGIN IMMEDIATE");
    try {
      return await use();
    } finally {
      writer.exec("ROLLBACK");
      writer.close();
    }
  }

  it("is opened and read while another process writes", async () => {
    await useDuringWrite(() => {
      const reader = new Database(file);
      expect(countSequencers(reader)).toBe(0);
      reader.close();
    });
  });

  it("keeps no reader of a copied directory waiting that would remember what it has found", async () => {
    const { originals } = place.open();
    await originals.put("cat.png", Buffer.from("a cat"), { contentType: "image/png" });
    const copy = join(place.dir, "originals", "cat.png");
    writeFileSync(copy, readFileSync(copy));
    await useDuringWrite(async () => {
      expect(await originals.head("cat.png")).toMatchObject({ contentType: "image/png" });
      expect(await originals.get("cat.png")).toMatchObject({ contentType: "image/png" });
    });
  });

  it("reads and writes on after another process kept it from writing", () => {
    const database = new Database(file);
    const other = new Database(file);
    const insert = (into: Database, path: string) =>
      into.run("INSERT INTO sequencers (path, value) VALUES (?, 1)", [path]);
    other.runTransaction(() => {
      database.tryRun("UPDATE sequencers SET value = 2");
      insert(other, "a");
    });
    expect(countSequencers(database)).toBe(1);
    insert(other, "b");
    expect(countSequencers(database)).toBe(2);
    database.runTransaction(() => insert(database, "c"));
    expect(countSequencers(other)).toBe(3);
    for (const one of [database, other]) one.close();
  });

  it.each(["safelight.db", "safelight.db-wal", "safelight.db-shm", "locks.db"])(
    "takes nothing in while %s is deleted or replaced, and goes on once it is put back",
    async (name) => {
      const { originals } = place.open();
      const put = () => originals.put("cat.png", Buffer.from("a cat"), { contentType: "image/png" });
      const path = join(place.dir, name);
      renameSync(path, `${path}.away`);
      const refusal = {
        code: "unavailable",
        message: expect.stringContaining(`${name} was deleted or replaced`),
      };
      await expect(put()).rejects.toMatchObject(refusal);
      copyFileSync(`${path}.away`, path);
      await expect(put()).rejects.toMatchObject(refusal);
      expect(readdirSync(join(place.dir, "originals"))).toEqual([]);
      expect(readdirSync(join(place.dir, "tmp"))).toEqual([]);
      renameSync(`${path}.away`, path);
      await put();
      expect((await originals.list("")).items).toHaveLength(1);
    },
  );

  it("is closed, and loses nothing, although its log cannot be brought into the file", () => {
    const database = new Database(file);
    database.run("INSERT INTO sequencers (path, value) VALUES ('a', 1)");
    // A checkpoint fails while its own connection is in a transaction, as it fails on a full disk.
    database.selectAll("BEGIN");
    expect(() => database.close()).not.toThrow();
    expect(() => countSequencers(database)).toThrow(expect.objectContaining({ code: "unavailable" }));
    expect(() => database.close()).not.toThrow();
    const next = new Database(file);
    expect(countSequencers(next)).toBe(1);
    next.close();
  });
});
