import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { planRenditions } from "../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { DEFAULT_UPLOAD_POLICY } from "../../src/domain/model/upload-policy.js";
import { inspect, renderAll } from "../support/engine.js";
import { buildBox, buildOneBandTiff, buildWebpBomb, chunk } from "../support/handmade-images.js";
import { drawTestImage, type TestFormat } from "../support/images.js";
import { chooseCount } from "../support/sample.js";

const ROUNDS = chooseCount({ fast: 15, ordinary: 15, long: 60 });

const thumbnails = { thumb: thumbnailSpec({ width: 20, height: 20 }), preview: thumbnailSpec({ width: 40 }) };

describe("What is not an allowed image", () => {
  it.each([
    [
      "SVG",
      Buffer.from(
        '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      ),
    ],
    ["PDF", Buffer.from("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj")],
    ["heic", buildBox("heic", "mif1", "heic")],
    ["heic", buildBox("mif1", "heic")],
    ["avif", buildBox("avif", "mif1", "miaf")],
    ["tiff", Buffer.concat([Buffer.from("II*\0"), Buffer.alloc(60)])],
    ["BMP", Buffer.concat([Buffer.from("BM"), Buffer.alloc(60)])],
    ["ICO", Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0]), Buffer.alloc(60)])],
    ["JPEG 2000", Buffer.concat([Buffer.from("\0\0\0\x0cjP  \r\n\x87\n", "latin1"), Buffer.alloc(60)])],
    ["PSD", Buffer.concat([Buffer.from("8BPS\0\x01", "latin1"), Buffer.alloc(60)])],
    ["a video", buildBox("isom", "mp42")],
    ["HTML", Buffer.from("<!doctype html><title>not a picture</title>")],
    ["text", Buffer.from("This is a letter that somebody named holiday.jpg.")],
    ["no known image format", Buffer.alloc(64, 7)],
  ])("is refused as %s", async (name, bytes) => {
    await expect(inspect(bytes, DEFAULT_UPLOAD_POLICY)).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringContaining(name),
    });
  });

  it("is refused by its content even though sharp could decode it", async () => {
    const avif = await drawTestImage({ format: "avif" });
    await expect(inspect(avif, DEFAULT_UPLOAD_POLICY)).rejects.toMatchObject({ code: "unsupported-format" });
    expect((await inspect(avif)).format).toBe("avif");
  });

  it("is refused if its bands are measurements and no colors", async () => {
    await expect(inspect(buildOneBandTiff())).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringContaining("multiband tiff"),
    });
  });

  it("cannot be decoded behind the engine's back either", async () => {
    sharpEngine();
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    await expect(sharp(svg).png().toBuffer()).rejects.toThrow(/unsupported image format/);
  });
});

describe("A broken original", () => {
  it.each([0, 1, 23])("is refused as corrupt when it has %i bytes", async (length) => {
    const bytes = (await drawTestImage()).subarray(0, length);
    await expect(inspect(bytes)).rejects.toMatchObject({ code: "corrupt-image" });
  });

  it.each<TestFormat>(["jpeg", "png", "webp", "gif", "tiff", "avif"])(
    "is refused as corrupt when a %s is cut short",
    async (format) => {
      const whole = await drawTestImage({ format, width: 200, height: 150 });
      await expect(renderAll(whole, thumbnails)).resolves.toMatchObject({ outputs: [{}, {}] });
      const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
      await expect(renderAll(cut, thumbnails)).rejects.toMatchObject({ code: "corrupt-image" });
      const header = whole.subarray(0, 40);
      await expect(inspect(header)).rejects.toMatchObject({ code: "corrupt-image" });
    },
  );

  it("always gives pixels or a refusal of the original", async () => {
    const formats: TestFormat[] = ["jpeg", "png", "webp", "gif"];
    let seed = 20240517;
    const drawNumber = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let refused = 0;
    for (const format of formats) {
      const whole = await drawTestImage({ format, width: 90, height: 60, frames: format === "gif" ? 3 : 1 });
      for (let round = 0; round < ROUNDS; round++) {
        const bytes = Uint8Array.from(whole);
        for (let flips = 0; flips < 3; flips++) bytes[drawNumber(bytes.length)] = drawNumber(256);
        const outcome = await renderAll(bytes, thumbnails).then(
          () => "rendered",
          (error: unknown) => (error as { code?: string }).code ?? error,
        );
        expect(["rendered", "corrupt-image", "unsupported-format", "too-large"]).toContain(outcome);
        if (outcome !== "rendered") refused++;
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 2);
  });
});

describe("An original that would cost too much", () => {
  it("is refused by its header alone", async () => {
    await expect(inspect(buildWebpBomb())).rejects.toMatchObject({ code: "too-large" });
  });

  it("is refused above the bytes, pixels, frames or cost of the policy", async () => {
    const animation = await drawTestImage({ format: "gif", width: 60, height: 40, frames: 5 });
    const facts = await inspect(animation);
    expect(facts.frames).toBe(5);
    expect(facts.decodeCost).toBeGreaterThan(60 * 40 * 5 * 5);
    const limits = {
      maxBytes: animation.length,
      maxPixels: 60 * 40 * 5,
      maxFrames: 5,
      maxCost: facts.decodeCost,
    };
    await expect(inspect(animation, { ...DEFAULT_UPLOAD_POLICY, ...limits })).resolves.toEqual(facts);
    for (const [name, limit] of Object.entries(limits)) {
      const policy = { ...DEFAULT_UPLOAD_POLICY, ...limits, [name]: limit - 1 };
      await expect(inspect(animation, policy)).rejects.toMatchObject({ code: "too-large" });
    }
  });

  it("is refused for more than 100 scans of a JPEG, however they are hidden", async () => {
    const jpeg = Buffer.from(await drawTestImage({ progressive: true }));
    const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])), jpeg.length - 2);
    const scans = scan.toString("latin1").split("\xff\xda").length - 1;
    const junk = Buffer.from([0x00, 0x12, 0xff, 0x00, 0xff, 0xd3]);
    const repeatWord = (count: number) =>
      Buffer.concat([
        jpeg.subarray(0, -2),
        ...Array.from({ length: count }, () => Buffer.concat([junk, scan])),
      ]);
    await expect(inspect(repeatWord(Math.ceil(100 / scans)))).rejects.toMatchObject({ code: "too-large" });
    await expect(inspect(repeatWord(2))).resolves.toMatchObject({ format: "jpeg" });
  });

  it("is refused for more than 1,000 chunks of a PNG, but not for much pixel data", async () => {
    const png = await drawTestImage({ format: "png" });
    const before = png.subarray(0, 33);
    const after = png.subarray(33);
    const insertChunks = (count: number, piece: Buffer) =>
      Buffer.concat([before, ...Array.from({ length: count }, () => piece), after]);
    const text = chunk("tEXt", Buffer.from("a\0b"));
    await expect(inspect(insertChunks(1_001, text))).rejects.toMatchObject({ code: "too-large" });
    await expect(inspect(insertChunks(3_000, chunk("IDAT", Buffer.alloc(0))))).rejects.toMatchObject({
      code: "too-large",
    });
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const photograph = await sharp({
      create: { width: 2_500, height: 2_000, channels: 3, background: "#000", noise },
    })
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(photograph.toString("latin1").split("IDAT").length).toBeGreaterThan(1_000);
    await expect(inspect(photograph)).resolves.toMatchObject({ format: "png" });
  });
});

describe("An error that is not the original's fault", () => {
  it("never blames the original", async () => {
    const bytes = await drawTestImage();
    const plan = planRenditions(await inspect(bytes), { thumbnails, metadata: "strip" });
    const broken = plan.outputs.map((output) => ({ ...output, quality: 900 }));
    const outcome = sharpEngine().render(bytes, { ...plan, outputs: broken });
    await expect(outcome).rejects.toMatchObject({ code: "internal", cause: expect.any(Error) });
  });

  it("stops when aborted, with the given reason", async () => {
    const bytes = await drawTestImage();
    const plan = planRenditions(await inspect(bytes), { thumbnails, metadata: "strip" });
    const reason = new Error("the server is going down");
    const signal = AbortSignal.abort(reason);
    const engine = sharpEngine();
    await expect(engine.inspect(bytes, DEFAULT_UPLOAD_POLICY, { signal })).rejects.toBe(reason);
    await expect(engine.render(bytes, plan, { signal })).rejects.toBe(reason);
    const controller = new AbortController();
    const underWay = engine.render(bytes, plan, { signal: controller.signal });
    controller.abort(reason);
    await expect(underWay).rejects.toBe(reason);
  });
});
