import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import sharp from "sharp";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, parseRecords, Workplace } from "./run-command.js";

const it = takeSampleOfTests(8);

/** One crop and two renditions that are none. */
const CONFIG = {
  thumbnails: {
    thumb: { width: 50, height: 50, format: "png" },
    whole: { width: 100, format: "png" },
    framed: { width: 50, height: 50, fit: "contain", format: "png" },
  },
  uploads: { owner: "caller" },
};

describe("safelight edit", () => {
  const place = new Workplace();
  beforeAll(async () => {
    buildCommand();
    place.write("safelight.config.json", JSON.stringify(CONFIG));
    place.write("flag.png", await drawRedAndBlue());
    place.write("bad.jpg", "not an image");
    expect((await place.run("process", "flag.png", "bad.jpg")).code).toBe(1);
  });
  afterAll(() => place.remove());

  /** Red on the left, blue on the right. */
  function drawRedAndBlue(): Promise<Buffer> {
    const drawHalf = (background: string) => ({
      create: { width: 100, height: 100, channels: 3 as const, background },
    });
    const composite = [{ input: drawHalf("red"), left: 0, top: 0 }];
    return sharp({ create: { width: 200, height: 100, channels: 3, background: "blue" } })
      .composite(composite)
      .png()
      .toBuffer();
  }
  const edit = async (...words: string[]): Promise<ImageDescription> => {
    const { code, stdout, stderr } = await place.run("edit", ...words, "--json");
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
    const [image] = parseRecords(stdout);
    if (!image) throw new Error("expected a record");
    return image;
  };
  const show = async () => parseRecords((await place.run("show", "flag.png", "--json")).stdout)[0];
  const collectKeys = (image?: ImageDescription) =>
    Object.fromEntries((image?.renditions ?? []).map(({ name, key }) => [name, key]));
  const readColor = async (image: ImageDescription) => {
    const { dominant } = await sharp(
      readFileSync(join(place.dir, "safelight-data", "renditions", collectKeys(image).thumb ?? "")),
    ).stats();
    return dominant.r > dominant.b ? "red" : "blue";
  };

  it("moves the crops to a focal point before it ends, and no other file", async () => {
    const before = collectKeys(await show());
    const left = await edit("flag.png", "--focal-point", "0,0.5");
    expect([left.focalPoint, await readColor(left)]).toEqual([{ x: 0, y: 0.5 }, "red"]);
    const right = await edit(deriveImageId("flag.png").slice(0, 8), "--focal-point", "1,.5");
    expect(await readColor(right)).toBe("blue");
    const keys = [before, collectKeys(left), collectKeys(right)];
    expect(new Set(keys.map(({ thumb }) => thumb)).size).toBe(3);
    for (const name of ["whole", "framed"]) expect(new Set(keys.map((one) => one[name])).size).toBe(1);
    expect(await show()).toEqual(right);
    const byName = join(place.dir, "safelight-data", "by-name", "flag.png", "thumb.png");
    expect(readFileSync(byName)).toEqual(
      readFileSync(join(place.dir, "safelight-data", "renditions", collectKeys(right).thumb ?? "")),
    );
    const away = await edit("flag.png", "--no-focal-point");
    expect(away).not.toHaveProperty("focalPoint");
  });

  it("sets, changes and deletes texts without touching a file", async () => {
    const before = collectKeys(await show());
    expect(await edit("flag.png", "--alt", "Red beside blue", "--title", "--json-like")).toMatchObject({
      alt: "Red beside blue",
      title: "--json-like",
    });
    expect(await edit("flag.png", "--no-title", "--alt", "")).toMatchObject({ alt: "" });
    expect(await edit("flag.png", "--alt", "אדום \u202e\u{1F469}\u200d\u{1F467}")).toMatchObject({
      alt: "אדום \u202e\u{1F469}\u200d\u{1F467}",
    });
    const people = await place.run("edit", "flag.png", "--title", "A flag");
    expect(people.stdout).toMatch(/^title +A flag$/m);
    expect(people.stdout).not.toContain("\u202e");
    expect((await place.run("show", "flag.png")).stdout).toMatch(/^alt +אדום \\u202e/m);
    expect(collectKeys(await edit("flag.png", "--no-alt", "--no-title"))).toEqual(before);
    expect(await show()).not.toHaveProperty("title");
  });

  it("edits a rejected image, and reports the rejection by its exit code", async () => {
    const { code, stdout, stderr } = await place.run("edit", "bad.jpg", "--title", "Notes", "--json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(parseRecords(stdout)).toEqual([expect.objectContaining({ status: "rejected", title: "Notes" })]);
  });

  it("refuses an invalid edit with exit code 2 and a sentence, and changes nothing", async () => {
    const before = await show();
    const refusals: [words: string[], sentence: string][] = [
      [["flag.png"], "--focal-point, --alt, --title or one of their --no- forms"],
      [["flag.png", "--focal-point", "0.5"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point", "0.5,0.5,0.5"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point", "1.0000001,0"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point", "-0,0"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point", "NaN,0"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point", ",0"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point", "0x1,0"], "two numbers from 0 to 1"],
      [["flag.png", "--focal-point"], "argument missing"],
      [["flag.png", "--alt", "x".repeat(2_001)], "alt: expected at most 2000 characters"],
      [["flag.png", "--title", "a\nb"], "title: expected at most 2000 characters"],
      [["flag.png", "--caption", "x"], "unknown option"],
      [["nobody.png", "--alt", "x"], '"nobody.png"'],
      [["AAAAAAAAAAAAAAAAAAAAAA", "--alt", "x"], '"AAAAAAAAAAAAAAAAAAAAAA"'],
      [["flag.png", "--alt", "x", "--data", "nowhere"], '"nowhere"'],
      [[], "missing required argument"],
    ];
    for (const [words, sentence] of refusals) {
      const { code, stdout, stderr } = await place.run("edit", ...words);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: "" });
      expect(stderr).toContain(sentence);
    }
    expect(await show()).toEqual(before);
  });

  it("keeps an edit whose crops cannot be rendered, and the next run renders them", async () => {
    const other = new Workplace();
    try {
      other.write("safelight.config.json", JSON.stringify(CONFIG));
      other.write("flag.png", await drawRedAndBlue());
      const runAsNobody = (...words: string[]) => other.start(words, { asNobody: true }).finished;
      expect((await runAsNobody("process", "flag.png")).code).toBe(0);
      const renditions = join(other.dir, "safelight-data", "renditions", deriveImageId("flag.png"));
      chmodSync(renditions, 0o500);
      const failed = await runAsNobody("edit", "flag.png", "--focal-point", "0,0", "--json");
      expect(failed.code).toBe(3);
      expect(failed.stderr).toMatch(/^could not finish: /m);
      const [said] = parseRecords(failed.stdout);
      expect(said?.focalPoint).toEqual({ x: 0, y: 0 });
      chmodSync(renditions, 0o700);
      const [after] = parseRecords(
        (await runAsNobody("edit", "flag.png", "--focal-point", "0,0", "--json")).stdout,
      );
      expect(collectKeys(after).thumb).not.toBe(collectKeys(said).thumb);
    } finally {
      other.remove();
    }
  });
});

describe("safelight process and list", () => {
  const place = new Workplace();
  beforeAll(async () => {
    buildCommand();
    place.write("safelight.config.json", JSON.stringify(CONFIG));
    const picture = await sharp({ create: { width: 60, height: 60, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    for (const name of ["a.png", "b.png", "c.png"]) place.write(name, picture);
    expect((await place.run("process", "a.png", "b.png", "--owner", "Anna Ö")).code).toBe(0);
  });
  afterAll(() => place.remove());

  it("record an owner, and list the images of one owner", async () => {
    expect((await place.run("process", "c.png")).code).toBe(0);
    const listKeys = async (...words: string[]) => (await place.list(...words)).map(({ key }) => key).sort();
    expect(await listKeys("--owner", "Anna Ö")).toEqual(["a.png", "b.png"]);
    expect(await listKeys("--owner", "Ben")).toEqual([]);
    expect(await listKeys()).toHaveLength(3);
    expect((await place.run("show", "a.png")).stdout).toMatch(/^owner +Anna Ö$/m);
    expect((await place.run("show", "c.png")).stdout).not.toMatch(/^owner /m);
  });

  it("change the owner when an image is processed for another one, without rendering", async () => {
    const [before] = parseRecords((await place.run("show", "a.png", "--json")).stdout);
    expect((await place.run("process", "a.png", "--owner", "Ben")).code).toBe(0);
    const [after] = parseRecords((await place.run("show", "a.png", "--json")).stdout);
    expect(after?.owner).toBe("Ben");
    expect(after?.renditions).toEqual(before?.renditions);
  });

  it("refuse an owner that the configuration does not record, and an invalid one", async () => {
    place.write("plain.json", "{}");
    const unseen = await place.run("process", "a.png", "--owner", "Anna", "--config", "plain.json");
    expect([unseen.code, unseen.stdout]).toEqual([2, ""]);
    expect(unseen.stderr).toContain(
      'expected "caller" (required by --owner) for uploads.owner but received "none"',
    );
    for (const owner of ["", "a\tb", "x".repeat(201)]) {
      const refused = await place.run("process", "a.png", "--owner", owner);
      expect([owner, refused.code, refused.stdout]).toEqual([owner, 2, ""]);
    }
  });

  it("keep every rendition when the CDN is asked to invalidate published ones, unless forced", async () => {
    const readRenditions = async () => (await place.list()).find(({ key }) => key === "b.png")?.renditions;
    const before = await readRenditions();
    expect((await place.run("process", "b.png", "--owner", "Anna Ö", "--invalidate")).code).toBe(0);
    expect(await readRenditions()).toEqual(before);
    expect((await place.run("process", "b.png", "--owner", "Anna Ö", "--force")).code).toBe(0);
    expect(await readRenditions()).not.toEqual(before);
  });
});
