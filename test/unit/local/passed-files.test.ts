import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findPassedFiles } from "../../../src/adapters/local/passed-files.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

describe("what lies among the originals and is none", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  const toPlace = (path: string) => join(place.dir, "originals", path);

  async function find(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const { path, reason } of findPassedFiles(place.dir)) found[path] = reason;
    return found;
  }

  function write(path: string): void {
    mkdirSync(dirname(toPlace(path)), { recursive: true });
    writeFileSync(toPlace(path), path);
  }

  it("is no file of any name that the store lists", async () => {
    const { originals } = place.open();
    const paths = [
      "a.jpg",
      "my cat.jpg",
      "2026.07/d.jpg",
      "README",
      "100%.jpg",
      "new\nline.jpg",
      "ü/é.jpg",
      "\uFFFD.jpg",
    ];
    for (const path of paths) write(path);
    expect((await originals.list("")).items.map(({ key }) => key).sort()).toEqual([...paths].sort());
    expect(await find()).toEqual({});
  });

  it("is a link, a pipe, a name that is no UTF-8, a path that is too long, and a second file of one key", async () => {
    const { originals } = place.open();
    symlinkSync("/nowhere", toPlace("link.jpg"));
    execFileSync("mkfifo", [toPlace("pipe.jpg")]);
    writeFileSync(Buffer.concat([Buffer.from(toPlace("caf")), Buffer.from([0xe9])]), "");
    const long = `${`${"d".repeat(200)}/`.repeat(5)}${"f".repeat(30)}.jpg`;
    for (const path of [long, "my cat.jpg", "my%20cat.jpg"]) write(path);
    expect(await find()).toEqual({
      "link.jpg": expect.stringContaining("link"),
      "pipe.jpg": expect.stringContaining("no file"),
      "caf\uFFFD": expect.stringContaining("UTF-8"),
      [long]: expect.stringContaining("1024 bytes"),
      "my cat.jpg": expect.stringContaining('"my%20cat.jpg"'),
    });
    expect((await originals.list("")).items.map(({ key }) => key)).toEqual(["my cat.jpg"]);
  });
});
