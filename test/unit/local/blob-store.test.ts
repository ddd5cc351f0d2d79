import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { local } from "../../../src/adapters/local/index.js";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const TEXT = { contentType: "text/plain" };
const toBytes = (text: string) => new TextEncoder().encode(text);

describe("the local blob store", () => {
  let place: TestDirectory;
  let outside: string;
  beforeEach(() => {
    place = createTestDirectory();
    outside = join(place.dir, "..", "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "secret.txt"), "secret");
  });
  afterEach(() => place.close());

  it("does not follow a link in the place of a blob", async () => {
    const { renditions } = place.open();
    symlinkSync(join(outside, "secret.txt"), join(place.dir, "renditions", "a.txt"));
    await expect(renditions.get("a.txt")).rejects.toMatchObject({ code: "not-found" });
    await expect(renditions.head("a.txt")).rejects.toMatchObject({ code: "not-found" });
    expect((await renditions.list("")).items).toEqual([]);
    await renditions.delete("a.txt");
    await renditions.put("a.txt", toBytes("mine"), TEXT);
    expect(readFileSync(join(outside, "secret.txt"), "utf8")).toBe("secret");
    expect(lstatSync(join(place.dir, "renditions", "a.txt")).isFile()).toBe(true);
  });

  it("passes over files that people put there and no key can name", async () => {
    const { originals, renditions } = place.open();
    const long = join(place.dir, "originals", ...Array.from({ length: 12 }, () => "n".repeat(100)));
    mkdirSync(long, { recursive: true });
    writeFileSync(join(long, "z.jpg"), "too long");
    writeFileSync(join(place.dir, "renditions", "%~%="), "empty");
    writeFileSync(join(place.dir, "originals", "a.jpg"), "fine");
    expect((await renditions.list("")).items).toEqual([]);
    expect((await originals.list("")).items.map(({ key }) => key)).toEqual(["a.jpg"]);
  });

  it("does not follow a link in the place of a directory", async () => {
    const { renditions } = place.open();
    symlinkSync(outside, join(place.dir, "renditions", "d"));
    await expect(renditions.get("d/secret.txt")).rejects.toMatchObject({ code: "not-found" });
    await expect(renditions.put("d/new.txt", toBytes("x"), TEXT)).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(renditions.put("d/deep/new.txt", toBytes("x"), TEXT)).rejects.toMatchObject({
      code: "unavailable",
    });
    await renditions.delete("d/secret.txt");
    expect((await renditions.list("")).items).toEqual([]);
    expect((await renditions.list("d/")).items).toEqual([]);
    expect(readdirSync(outside)).toEqual(["secret.txt"]);
    expect(readdirSync(join(place.dir, "tmp"))).toEqual([]);
  });

  it("serves a file that somebody else wrote there as bytes of unknown type", async () => {
    const { originals } = place.open();
    writeFileSync(join(place.dir, "originals", "by-hand.jpg"), "hand");
    const expected = {
      etag: computeSha256("hand"),
      contentType: "application/octet-stream",
      size: 4,
      metadata: {},
    };
    expect(await originals.get("by-hand.jpg")).toMatchObject(expected);
    expect(await originals.head("by-hand.jpg")).toMatchObject(expected);
  });

  it("ignores files that belong to no key", async () => {
    const { renditions } = place.open();
    await renditions.put("a.txt", toBytes("x"), TEXT);
    for (const name of ["no-dot", "lower%2e.txt", "%zz.txt", "space here.txt", "%~"])
      writeFileSync(join(place.dir, "renditions", name), "foreign");
    expect((await renditions.list("")).items.map(({ key }) => key)).toEqual(["a.txt"]);
  });

  it("leaves no empty directory and no temporary file behind", async () => {
    const { renditions } = place.open();
    await renditions.put("a/b/c/d.txt", toBytes("x"), TEXT);
    await renditions.put("a/e.txt", toBytes("x"), TEXT);
    await renditions.delete("a/b/c/d.txt");
    expect(readdirSync(join(place.dir, "renditions", "a"))).toEqual(["e.txt"]);
    await renditions.delete("a/e.txt");
    expect(readdirSync(join(place.dir, "renditions"))).toEqual([]);
    expect(readdirSync(join(place.dir, "tmp"))).toEqual([]);
  });

  it("finds the attributes of every blob in a copied data directory", async () => {
    const first = place.open();
    const said = { contentType: "image/png", cacheControl: "no-cache", metadata: { a: "1" } };
    await first.renditions.put("k", toBytes("x"), said);
    first.close();
    const copy = join(place.dir, "..", "copy");
    cpSync(place.dir, copy, { recursive: true });
    const second = local({ dir: copy });
    expect(await second.renditions.head("k")).toMatchObject(said);
    expect(await second.renditions.get("k")).toMatchObject(said);
    second.close();
  });

  it("never mixes old and new bytes when a key of the same length and content type is replaced many times", async () => {
    const { renditions } = place.open();
    for (let count = 0; count < 20; count += 1) {
      const { etag } = await renditions.put("k", toBytes(String(count % 10)), TEXT);
      expect((await renditions.head("k")).etag).toBe(etag);
    }
  });

  it("uses a rendition's key as its path", async () => {
    const { renditions } = place.open();
    await renditions.put("AbC_-9/0A-0/f1/thumb.jpg", toBytes("x"), TEXT);
    expect(existsSync(join(place.dir, "renditions", "AbC_-9/0A-0/f1/thumb.jpg"))).toBe(true);
  });

  it("is unavailable, and not empty, if its directory has vanished", async () => {
    const { originals } = place.open();
    rmdirSync(join(place.dir, "originals"));
    await expect(originals.get("k")).rejects.toMatchObject({ code: "unavailable" });
    await expect(originals.list("")).rejects.toMatchObject({ code: "unavailable" });
  });
});
