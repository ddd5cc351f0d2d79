import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Database } from "../../../src/adapters/local/database.js";
import { type TestDirectory, testDirectory } from "../../support/data-directory.js";

describe("the database of a data directory", () => {
  let place: TestDirectory;
  let file: string;
  beforeEach(() => {
    place = testDirectory();
    place.open().close();
    file = join(place.dir, "safelight.db");
  });
  afterEach(() => place.close());

  const countSequencers = (database: Database) => database.selectAll("SELECT 1 FROM sequencers").length;

  it("is closed, and loses nothing, although its log cannot be brought into the file", () => {
    const database = new Database(file);
    database.run("INSERT INTO sequencers (path, value) VALUES ('a', 1)");
    // A checkpoint fails while its own connection is in a transaction, as it fails on a full disk.
    database.run("BEGIN");
    expect(() => database.close()).not.toThrow();
    expect(() => countSequencers(database)).toThrow(expect.objectContaining({ code: "unavailable" }));
    expect(() => database.close()).not.toThrow();
    const next = new Database(file);
    expect(countSequencers(next)).toBe(1);
    next.close();
  });
});
