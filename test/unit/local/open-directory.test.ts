import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import Connection from "libsql";
import { local } from "../../../src/adapters/local/index.js";
import { isAlive } from "../../../src/adapters/local/instance.js";
import { SCHEMA_VERSION } from "../../../src/adapters/local/schema.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

describe("opening a data directory", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  it("creates missing files, and can be repeated", () => {
    place.open().close();
    place.open();
    expect(readdirSync(place.dir)).toEqual(
      expect.arrayContaining(["by-name", "originals", "renditions", "safelight.db", "tmp"]),
    );
  });

  it.each([SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])(
    "refuses a database of schema version %i, says what to do, and leaves it as it was",
    (number) => {
      place.open().close();
      const version = (wanted?: number) => {
        const connection = new Connection(join(place.dir, "safelight.db"));
        if (wanted !== undefined) connection.exec(`PRAGMA user_version = ${wanted}`);
        const found = connection.prepare("PRAGMA user_version").all();
        connection.close();
        return found;
      };
      const before = version(number);
      const sentence = new RegExp(
        `^expected schema version ${SCHEMA_VERSION} for .+safelight.db but received ${number}, .+: open the directory with that version, or process`,
      );
      const refusal = { code: "invalid-input", message: expect.stringMatching(sentence) };
      expect(() => place.open()).toThrow(expect.objectContaining(refusal));
      expect(version()).toEqual(before);
    },
  );

  it("refuses a file in the place of the directory or of the database", () => {
    writeFileSync(place.dir, "");
    expect(() => place.open()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    const other = join(dirname(place.dir), "other");
    mkdirSync(other);
    writeFileSync(join(other, "safelight.db"), "not a database at all\n".repeat(100));
    expect(() => local({ dir: other })).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });

  it("says what is wrong with a lock that is no database", () => {
    place.open().close();
    writeFileSync(join(place.dir, "locks.db"), "not a database at all\n".repeat(100));
    const refusal = {
      code: "unavailable",
      message: expect.stringContaining("locking the data directory"),
    };
    expect(() => place.open()).toThrow(expect.objectContaining(refusal));
  });

  it("refuses an empty path", () => {
    expect(() => local({ dir: "" })).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });

  it("says which directory cannot be created", () => {
    const dir = join(place.dir, "n".repeat(300));
    const refusal = { code: "unavailable", message: expect.stringContaining(dir) };
    expect(() => local({ dir })).toThrow(expect.objectContaining(refusal));
  });

  it("keeps files of running instances in tmp and deletes those of dead ones", () => {
    place.open();
    const tmp = join(place.dir, "tmp");
    const dead = [`${process.pid}.1.0.aaaa.file`, "4194304.1.0.aaaa.file"];
    for (const name of dead) writeFileSync(join(tmp, name), "");
    writeFileSync(join(tmp, "foreign"), "");
    place.open();
    expect(readdirSync(tmp)).toEqual(["foreign"]);
  });

  it("counts a process as dead if its id was reused", () => {
    expect(isAlive(`${process.ppid}.1.0.aaaa`)).toBe(false);
    expect(isAlive("0.0.0.aaaa")).toBe(false);
    expect(isAlive("nonsense")).toBe(false);
  });

  it("keeps the secret of the upload tickets from other users, and from one opening to the next", async () => {
    const first = place.open();
    // Whoever only reads the directory issues no tickets.
    expect(readdirSync(place.dir)).not.toContain("ticket-secret");
    const request = { key: "k", contentType: "image/png", maxBytes: 1, expiresIn: 60 };
    const { fields } = await first.tickets.issue(request);
    expect(statSync(join(place.dir, "ticket-secret")).mode & 0o777).toBe(0o600);
    first.close();
    const allowed = place.open().tickets.verifyTicket(fields, { now: new Date() });
    expect(allowed).toEqual({ key: "k", contentType: "image/png", maxBytes: 1, metadata: {} });
  });
});
