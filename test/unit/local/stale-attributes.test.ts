import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import Connection from "libsql";
import { AttributeTable } from "../../../src/adapters/local/blob-attributes.js";
import { Database, type Value } from "../../../src/adapters/local/database.js";
import { type LocalAdapters, local } from "../../../src/adapters/local/index.js";
import { etag } from "../../../src/domain/model/etag.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const TEXT = { contentType: "text/plain" };

describe("what the database says of blobs", () => {
  let place: TestDirectory;
  let adapters: LocalAdapters;
  beforeEach(() => {
    place = createTestDirectory();
    adapters = place.open();
  });
  afterEach(() => place.close());

  function selectRows<Row>(sql: string, values: readonly Value[] = []): Row[] {
    const connection = new Connection(join(place.dir, "safelight.db"));
    try {
      return connection.prepare(sql).all([...values]) as Row[];
    } finally {
      connection.close();
    }
  }
  const listRows = () =>
    selectRows<{ path: string }>("SELECT path FROM blobs ORDER BY path").map(({ path }) => path);
  /** As a process leaves it that died after it wrote the row and before it moved the file. */
  const leaveRow = (store: string, path: string, content: string) =>
    selectRows(
      "INSERT INTO blobs (store, path, etag, file_identity, stored_at, attributes) VALUES (?, ?, ?, '1:2:3', 1, '{}')",
      [store, path, content],
    );
  const findStale = (repair = false) => adapters.findStaleAttributes({ repair });

  it.each([
    ["a directory is in its place", "a.txt", (root: string) => mkdirSync(join(root, "a.txt"))],
    [
      "a file is in the place of its directory",
      "d/a.txt",
      (root: string) => writeFileSync(join(root, "d"), ""),
    ],
  ])("is nothing of a blob that could not be stored: %s", async (_, key, obstruct) => {
    obstruct(join(place.dir, "originals"));
    const failing = adapters.originals.put(key, Buffer.from("a"), TEXT);
    await expect(failing).rejects.toMatchObject({ code: "unavailable" });
    expect(listRows()).toEqual([]);
    expect(await findStale()).toEqual([]);
  });

  it("is what it was of content that is stored already and could not be stored again", () => {
    const database = new Database(join(place.dir, "safelight.db"));
    const table = new AttributeTable(database, "originals");
    const attributes = { etag: etag("e"), storedAt: new Date(1), options: TEXT };
    table.save("p", "1:1:1", attributes);
    const before = table.readState("p", "e");
    table.save("p", "2:2:2", { ...attributes, storedAt: new Date(2), options: { contentType: "image/png" } });
    table.putBack("p", "e", before);
    expect(table.findByFileIdentity("p", "1:1:1")).toEqual(attributes);
    database.close();
  });

  it("is found where the content is not stored, and deleted by a repair", async () => {
    await adapters.originals.put("a/b c.txt", Buffer.from("a"), TEXT);
    await adapters.renditions.put("r.txt", Buffer.from("r"), TEXT);
    leaveRow("originals", "a/b%20c.txt", "never stored");
    leaveRow("renditions", "gone.txt", "never stored");
    const stale = [
      { store: "originals", key: "a/b c.txt" },
      { store: "renditions", key: "gone.txt" },
    ];
    expect(await findStale()).toEqual(stale);
    expect(await findStale(true)).toEqual(stale);
    expect(await findStale()).toEqual([]);
    expect(listRows()).toEqual(["a/b%20c.txt", "r.txt"]);
    expect(await adapters.originals.head("a/b c.txt")).toMatchObject(TEXT);
  });

  it("is kept for every blob of a copied directory, whose files are others", async () => {
    for (const key of ["a.txt", "b.txt"]) await adapters.originals.put(key, Buffer.from(key), TEXT);
    leaveRow("originals", "a.txt", "never stored");
    adapters.close();
    const copied = join(place.dir, "..", "copied");
    cpSync(place.dir, copied, { recursive: true });
    const copy = local({ dir: copied });
    expect(await copy.findStaleAttributes({ repair: true })).toEqual([{ store: "originals", key: "a.txt" }]);
    for (const key of ["a.txt", "b.txt"]) expect(await copy.originals.head(key)).toMatchObject(TEXT);
    copy.close();
  });

  it("is judged by nobody while its store is not there", async () => {
    await adapters.originals.put("a.txt", Buffer.from("a"), TEXT);
    rmSync(join(place.dir, "originals"), { recursive: true });
    await expect(findStale(true)).rejects.toMatchObject({ code: "unavailable" });
    expect(listRows()).toEqual(["a.txt"]);
  });
});
