import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import sharp from "sharp";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import type { Orientation } from "../../../src/domain/model/size.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, type Finished, parseRecords, Workplace } from "./run-command.js";

const it = takeSampleOfTests(8);

const ODD_NAMES = [
  "my cat+dog (1).JPG",
  "\u00e9preuve.jpeg",
  "e\u0301preuve.jpeg",
  "\u{1F431} & 100%.jpg",
  "  spaces  .jpg",
  "-dash.jpg",
  "no extension",
  "evil\u001b[2Jname\nforged line.jpg",
];
const PHOTOGRAPHS = 100;

describe("safelight process on a folder from a camera", () => {
  const place = new Workplace();
  const good = new Map<string, Uint8Array>();
  let first: Finished;
  let records: Map<string, ImageDescription>;

  beforeAll(async () => {
    buildCommand();
    const shots = await Promise.all(
      ([1, 2, 3, 4, 5, 6, 7, 8] as Orientation[]).map((orientation) =>
        drawTestImage({ width: 480, height: 320, orientation, privateMetadata: true }),
      ),
    );
    const getShot = (index: number) => shots[index % shots.length] ?? new Uint8Array();
    for (let index = 0; index < PHOTOGRAPHS - ODD_NAMES.length; index++)
      good.set(`roll ${index % 3}/deep/IMG_${index}.jpg`, getShot(index));
    for (const [index, name] of ODD_NAMES.entries()) good.set(`odd/${name}`, getShot(index));
    good.set("a.jpg", getShot(0));
    good.set("a.png", await drawTestImage({ format: "png" }));
    for (const [path, bytes] of good) place.write(`samples/${path}`, bytes);
    place.write("samples/notes.txt", "remember the milk");
    place.write("samples/odd/._IMG_1.jpg", "not a picture but a companion of one");
    place.write("samples/empty.jpg", "");
    place.write("samples/cut.jpg", getShot(0).subarray(0, 6000));
    first = await place.run("process", "samples/", "--json");
    records = new Map(parseRecords(first.stdout).map((record) => [record.key, record]));
  });

  afterAll(() => place.remove());

  it("makes every good image ready under its path below the folder, and ends with 1", () => {
    expect(first.code).toBe(1);
    const ready = [...records.values()].filter(({ status }) => status === "ready");
    expect(ready.map(({ key }) => key).sort()).toEqual([...good.keys()].sort());
    expect(first.stderr).toContain(`${good.size + 2} files: ${good.size} ready, 2 rejected`);
  });

  it("reports every bad file with its code, and skips and counts files that are no images", () => {
    expect(records.get("empty.jpg")).toMatchObject({ failure: { code: "corrupt-image" } });
    expect(records.get("cut.jpg")).toMatchObject({ failure: { code: "corrupt-image" } });
    expect(first.stderr).toContain("rejected: empty.jpg: corrupt-image: expected");
    expect(first.stderr).toContain("rejected: cut.jpg: corrupt-image: expected");
    expect(first.stderr).toContain("2 skipped (not images)");
    expect([...records.keys()].filter((key) => /txt|\._/.test(key))).toEqual([]);
  });

  it("renders the default thumbnail at exactly 200 x 200, and each record matches its file", async () => {
    for (const { key: original, renditions } of records.values()) {
      for (const { key, name, width, height, bytes } of renditions) {
        const file = readFileSync(join(place.dir, "safelight-data", "renditions", key));
        const { width: w, height: h } = await sharp(file).metadata();
        expect({ width: w, height: h, bytes: file.length }).toEqual({ width, height, bytes });
        // The one picture that is smaller than that is not enlarged.
        if (name === "thumb" && original !== "a.png") expect([w, h]).toEqual([200, 200]);
      }
    }
  });

  it("distinguishes a.jpg and a.png", () => {
    const ids = ["a.jpg", "a.png"].map((key) => records.get(key)?.imageId);
    expect(new Set(ids).size).toBe(2);
  });

  it("lets no file name forge a line or reach a terminal as more than text", () => {
    expect(first.stderr).toContain("evil\\u001b[2Jname\\u000aforged line.jpg");
    for (const text of [first.stderr, first.stdout]) expect(text).not.toContain("\u001b");
    expect(first.stderr.split("\n").filter((line) => line.startsWith("forged"))).toEqual([]);
  });

  it("leaves every input file as it was", () => {
    for (const [path, bytes] of good)
      expect(readFileSync(join(place.dir, "samples", path)).equals(bytes)).toBe(true);
  });

  it("does no work the second time, and says so", async () => {
    const before = await place.list();
    const { code, stdout, stderr } = await place.run("process", "samples");
    expect(code).toBe(1);
    expect(stdout).toContain(`${good.size + 2} unchanged`);
    expect(stderr).toContain("rejected: cut.jpg: corrupt-image");
    expect(await place.list()).toEqual(before);
  });

  it("renders again with --force, and after the file or the configuration has changed", async () => {
    const readOnlyKey = (result: Finished) => parseRecords(result.stdout)[0]?.renditions[0]?.key;
    const key = "a.png";
    const current = records.get(key)?.renditions[0]?.key;
    const folder = new Workplace();
    try {
      folder.write(`samples/${key}`, good.get(key) ?? "");
      const process = (...words: string[]) => folder.run("process", "samples", "--json", ...words);
      const keys = [
        readOnlyKey(await process()),
        readOnlyKey(await process()),
        readOnlyKey(await process("--force")),
      ];
      folder.write("safelight.config.json", '{ "thumbnails": { "thumb": { "width": 9 } } }');
      keys.push(readOnlyKey(await process()));
      folder.write(`samples/${key}`, await drawTestImage({ format: "png", width: 50 }));
      keys.push(readOnlyKey(await process()), readOnlyKey(await process()));
      expect(keys.every((one) => one !== undefined)).toBe(true);
      expect(keys.map((one) => keys.indexOf(one))).toEqual([0, 0, 2, 3, 4, 4]);
      expect(current).toContain(String(keys[0]?.split("/")[0]));
    } finally {
      folder.remove();
    }
  });

  it("gives the same keys however the folder is named, and never reads its own data directory as input", async () => {
    const folder = new Workplace();
    try {
      folder.write("a.jpg", good.get("a.jpg") ?? "");
      for (const argument of [".", "./", folder.dir]) {
        const { code, stdout } = await folder.run("process", argument, "--json");
        expect(code).toBe(0);
        expect(parseRecords(stdout).map(({ key }) => key)).toEqual(["a.jpg"]);
      }
    } finally {
      folder.remove();
    }
  });
});
