import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { toBlobPath } from "../../../src/adapters/local/blob-path.js";
import { findStrayEntries } from "../../../src/adapters/local/stray-entries.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

describe("what lies in a data directory and Safelight did not make", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  const write = (path: string) => {
    mkdirSync(dirname(join(place.dir, path)), { recursive: true });
    writeFileSync(join(place.dir, path), path);
  };

  async function find(): Promise<string[]> {
    const found: string[] = [];
    for await (const { place: where, path } of findStrayEntries(place.dir)) found.push(`${where}: ${path}`);
    return found.sort();
  }

  it("is nothing that Safelight keeps there, that a store gives, or that a system hides", async () => {
    const { renditions, originals, tickets } = place.open();
    for (const key of ["a", "a/b.jpg", "a b/c.d/", `${"l".repeat(500)}/x`, "é"]) {
      await renditions.put(key, Buffer.from(key), { contentType: "text/plain" });
      await originals.put(key, Buffer.from(key), { contentType: "text/plain" });
    }
    await tickets.issue({ key: "t.jpg", contentType: "image/jpeg", maxBytes: 9, expiresIn: 60 });
    for (const path of ["damaged-1.db", "damaged-1.db-wal", ".DS_Store", "originals/my cat.jpg"]) write(path);
    expect(await find()).toEqual([]);
  });

  it("is a file of another name, a link, a pipe, a folder with all that is in it, and what lies beside the folders", async () => {
    const { renditions } = place.open();
    await renditions.put("a/b.jpg", Buffer.from("b"), { contentType: "text/plain" });
    for (const path of [
      "cat.jpg",
      "old/safelight.db",
      "renditions/a/my cat.jpg",
      "renditions/my folder/b.jpg",
    ])
      write(path);
    symlinkSync("/nowhere", join(place.dir, "renditions", toBlobPath("link.jpg")));
    execFileSync("mkfifo", [join(place.dir, "renditions", "a", "pipe.jpg")]);
    expect(await find()).toEqual([
      "data directory: cat.jpg",
      "data directory: old/",
      "renditions: a/my cat.jpg",
      "renditions: a/pipe.jpg",
      "renditions: link.jpg",
      "renditions: my folder/",
    ]);
  });

  it("is not looked for any further once whoever asks has stopped", async () => {
    place.open();
    const stopped = findStrayEntries(place.dir, { signal: AbortSignal.abort() });
    await expect(stopped.next()).rejects.toMatchObject({ name: "AbortError" });
  });
});
