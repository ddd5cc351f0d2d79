import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findUnnamedFiles, type UnnamedFile } from "../../../src/adapters/local/unnamed-files.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

describe("files below the originals that the store passes over", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  const toPlace = (path: string) => join(place.dir, "originals", path);

  async function find(): Promise<UnnamedFile[]> {
    const found: UnnamedFile[] = [];
    for await (const file of findUnnamedFiles(place.dir)) found.push(file);
    return found;
  }

  function write(path: string): void {
    mkdirSync(dirname(toPlace(path)), { recursive: true });
    writeFileSync(toPlace(path), path);
  }

  it("are found, and under the name that is said for them the store lists them by their path", async () => {
    const { originals } = place.open();
    const taken = ["a.jpg", "2026/b.jpg"];
    const passed = ["my cat.jpg", "2026.07/d.jpg", "README", "100%.jpg", "new\nline.jpg", "ü/é.jpg"];
    for (const path of [...taken, ...passed]) write(path);
    const listKeys = async () => (await originals.list("")).items.map(({ key }) => key).sort();
    expect(await listKeys()).toEqual([...taken].sort());
    const found = await find();
    expect(found.map(({ path }) => path).sort()).toEqual([...passed].sort());
    for (const { path, expected = "" } of found) {
      mkdirSync(dirname(toPlace(expected)), { recursive: true });
      renameSync(toPlace(path), toPlace(expected));
    }
    expect(await listKeys()).toEqual([...taken, ...passed].sort());
    expect(await find()).toEqual([]);
  });

  it("have no other name if they are links, or no key can be their path", async () => {
    const { originals } = place.open();
    await originals.list("");
    symlinkSync("/nowhere", toPlace("link.jpg"));
    writeFileSync(Buffer.concat([Buffer.from(`${toPlace("caf")}`), Buffer.from([0xe9])]), "");
    expect((await find()).map(({ expected }) => expected)).toEqual([undefined, undefined]);
  });
});
