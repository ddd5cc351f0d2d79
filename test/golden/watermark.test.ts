import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { memory } from "../../src/adapters/memory/index.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { Asset } from "../../src/domain/model/asset.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { type PlannedImage, planRenditions, type RenderPlan } from "../../src/domain/model/render-plan.js";
import { type ThumbnailSpec, thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { type WatermarkPolicy, watermarkPolicy } from "../../src/domain/model/watermark-policy.js";
import { inspect } from "../support/engine.js";
import { drawTestImage } from "../support/images.js";

// By a name of this file: jest looks a global up anew for each pixel.
const { abs } = Math;

const engine = sharpEngine();
const TEXT = { text: "© Ansel & Co" } as const;

type Wish = Partial<ThumbnailSpec> & { width: number };

async function drawFlat(background: string, channels: 3 | 4 = 3): Promise<Uint8Array> {
  return sharp({ create: { width: 640, height: 400, channels, background } })
    .png()
    .toBuffer();
}

/** The rendition with the watermark and without it. */
async function renderBoth(bytes: Uint8Array, watermark: WatermarkPolicy, wish: Wish) {
  const facts = await inspect(bytes);
  const thumbnails = { it: thumbnailSpec(wish) };
  const plan = planRenditions(facts, { thumbnails, metadata: "strip", watermark });
  const bare = planRenditions(facts, { thumbnails, metadata: "strip" });
  const renderFirst = async (each: RenderPlan) => (await engine.render(bytes, each)).outputs[0];
  const [watermarked, plain] = [await renderFirst(plan), await renderFirst(bare)];
  if (!watermarked || !plain) throw new Error("nothing was rendered");
  return { watermarked: watermarked.bytes, plain: plain.bytes, planned: plan.outputs[0] as PlannedImage };
}

/** Where two pictures differ by more than an encoder's noise, in one frame. */
async function findChanges(a: Uint8Array, b: Uint8Array, page = 0) {
  const [one, two] = await Promise.all(
    [a, b].map((bytes) =>
      sharp(bytes, { page }).ensureAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true }),
    ),
  );
  if (!one || !two) throw new Error("no picture");
  const { width, height } = one.info;
  const box = { left: width, top: height, right: 0, bottom: 0, pixels: 0 };
  for (let at = 0; at < one.data.length; at += 4) {
    const isApart = (band: number) => abs((one.data[at + band] ?? 0) - (two.data[at + band] ?? 0)) > 24;
    if (!(isApart(0) || isApart(1) || isApart(2) || isApart(3))) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x + 1);
    box.bottom = Math.max(box.bottom, y + 1);
    box.pixels++;
  }
  return box;
}

describe("A text watermark", () => {
  it.each(["#000000", "#ffffff", "#808080", "#d02020"])(
    "can be read on %s, in its corner",
    async (background) => {
      const policy = watermarkPolicy(TEXT);
      const { watermarked, plain } = await renderBoth(await drawFlat(background), policy, {
        width: 640,
        format: "png",
      });
      const box = await findChanges(watermarked, plain);
      expect(box.pixels).toBeGreaterThan(400);
      expect([box.right, box.bottom].every((edge, axis) => edge <= (axis === 0 ? 640 : 400) - 16)).toBe(true);
      expect(box.left).toBeGreaterThanOrEqual(640 - 16 - 160);
      expect(box.top).toBeGreaterThan(340);
    },
  );

  it.each(["jpeg", "png", "webp", "avif", "gif"] as const)("is drawn in %s", async (format) => {
    const { watermarked, plain } = await renderBoth(
      await drawTestImage({ width: 640, height: 400 }),
      watermarkPolicy({ ...TEXT, opacity: 1 }),
      {
        width: 400,
        format,
      },
    );
    expect((await findChanges(watermarked, plain)).pixels).toBeGreaterThan(100);
  });

  it("is upright on a picture that was stored turned, in its colors, on gray too", async () => {
    const policy = watermarkPolicy({ ...TEXT, color: "#ff0000", opacity: 1, gravity: "northwest" });
    const turned = await drawTestImage({ width: 400, height: 300, orientation: 6 });
    const box = await findChanges(...(await renderPair(turned, policy, { width: 400, format: "png" })));
    expect(box.right - box.left).toBeGreaterThan((box.bottom - box.top) * 3);
    const gray = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#808080" } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    const { watermarked } = await renderBoth(gray, policy, { width: 400, format: "png" });
    const { data } = await sharp(watermarked).raw().toBuffer({ resolveWithObject: true });
    let reds = 0;
    for (let at = 0; at < data.length; at += 3)
      if ((data[at] ?? 0) > 200 && (data[at + 1] ?? 255) < 60) reds++;
    expect(reds).toBeGreaterThan(50);
  });

  it("adds no transparency to an opaque picture, and keeps it in a transparent one", async () => {
    const policy = watermarkPolicy(TEXT);
    for (const [channels, expected] of [
      [3, false],
      [4, true],
    ] as const) {
      const { watermarked } = await renderBoth(
        await drawFlat(channels === 4 ? "#ff000080" : "#ff0000", channels),
        policy,
        { width: 400, format: "png" },
      );
      expect((await sharp(watermarked).metadata()).hasAlpha).toBe(expected);
    }
  });

  it.each(["gif", "webp"] as const)(
    "is on every frame of an animated %s, at the same position",
    async (format) => {
      const original = await drawTestImage({ format: "gif", width: 300, height: 200, frames: 4 });
      for (const tile of [false, true]) {
        const policy = watermarkPolicy({ ...TEXT, opacity: 1, tile });
        const { watermarked, plain, planned } = await renderBoth(original, policy, { width: 300, format });
        expect((await sharp(watermarked).metadata()).pages).toBe(4);
        const boxes = await Promise.all([0, 1, 2, 3].map((page) => findChanges(watermarked, plain, page)));
        const room = planned.watermark?.room;
        for (const box of boxes) {
          expect(box.pixels).toBeGreaterThan(60);
          // A lossy encoder smears by less than one of its blocks.
          expect(box.left).toBeGreaterThan((room?.left ?? Number.NaN) - 8);
          expect(box.bottom).toBeLessThan((room?.top ?? 0) + (room?.height ?? Number.NaN) + 8);
        }
      }
    },
  );

  it("covers the whole picture when tiled", async () => {
    const policy = watermarkPolicy({ ...TEXT, tile: true });
    const { watermarked, plain } = await renderBoth(await drawFlat("#406080"), policy, {
      width: 640,
      format: "png",
    });
    const box = await findChanges(watermarked, plain);
    expect(box.left).toBeLessThan(40);
    expect(box.top).toBeLessThan(40);
    expect(box.right).toBeGreaterThan(600);
    expect(box.bottom).toBeGreaterThan(360);
  });

  it("fades with its opacity, down to nothing", async () => {
    const original = await drawFlat("#000000");
    const findBrightest = async (opacity: number) => {
      const { watermarked } = await renderBoth(original, watermarkPolicy({ ...TEXT, opacity }), {
        width: 640,
        format: "png",
      });
      return (await sharp(watermarked).raw().toBuffer()).reduce((most, value) => Math.max(most, value), 0);
    };
    expect(await findBrightest(1)).toBeGreaterThan(250);
    expect(Math.abs((await findBrightest(0.5)) - 128)).toBeLessThan(4);
    expect(await findBrightest(0)).toBe(0);
  });
});

describe("An image watermark", () => {
  let logo: Uint8Array;

  beforeAll(async () => {
    logo = await sharp({ create: { width: 40, height: 20, channels: 4, background: "#ff00ff" } })
      .extend({ left: 40, background: "#00000000" })
      .png()
      .toBuffer();
  });

  it("keeps its proportions and its transparency, and is enlarged to its share of the width", async () => {
    const policy = watermarkPolicy({
      image: new Asset(logo),
      opacity: 1,
      gravity: "northwest",
      scale: 0.5,
    });
    const box = await findChanges(
      ...(await renderPair(await drawFlat("#202020"), policy, { width: 640, format: "png" })),
    );
    // Only the right half of the watermark is there to be seen, from the middle of its 320 x 80.
    expect(Math.abs(box.left - (16 + 160))).toBeLessThanOrEqual(6);
    expect([box.top, box.right, box.bottom]).toEqual([16, 16 + 320, 16 + 80]);
  });

  it("that does not decode is an error of the configuration, never of the original", async () => {
    for (const bytes of [Buffer.from("this is no image at all"), logo.subarray(0, logo.length - 30)]) {
      const policy = watermarkPolicy({ image: new Asset(bytes) });
      await expect(renderBoth(await drawFlat("#202020"), policy, { width: 640 })).rejects.toMatchObject({
        code: "invalid-input",
        message: expect.stringContaining("watermark.image"),
      });
    }
  });
});

describe("A watermark in the pipeline", () => {
  const thumbnails = {
    large: thumbnailSpec({ width: 300, format: "png" }),
    small: thumbnailSpec({ width: 100, format: "png" }),
    master: { copy: true as const },
  };

  async function processImage(watermark: WatermarkPolicy | undefined, key = "a.png") {
    const config = { ...DEFAULT_CONFIG, thumbnails, ...(watermark && { watermark }) };
    const pipeline = definePipeline({ ...memory(), engine, config });
    return (await pipeline.process({ key, bytes: await drawFlat("#404040") })).renditions;
  }

  it("is in the record for each rendition", async () => {
    const findWatermarked = (renditions: Awaited<ReturnType<typeof processImage>>) =>
      renditions.map(({ name, watermarked }) => [name, watermarked]);
    const listExpected = (large: boolean) => [
      ["large", large],
      ["small", false],
      ["master", false],
    ];
    expect(findWatermarked(await processImage(watermarkPolicy(TEXT)))).toEqual(listExpected(true));
    expect(findWatermarked(await processImage(undefined))).toEqual(listExpected(false));
    const policy = watermarkPolicy({ ...TEXT, prefixes: ["public/"] });
    expect(findWatermarked(await processImage(policy, "public/a.png"))).toEqual(listExpected(true));
    expect(findWatermarked(await processImage(policy, "private/a.png"))).toEqual(listExpected(false));
  });

  it("gives other keys for another text, another image or another font", async () => {
    const toImage = async (background: string) =>
      new Asset(
        await sharp({ create: { width: 4, height: 4, channels: 3, background } })
          .png()
          .toBuffer(),
      );
    const policies = [
      undefined,
      watermarkPolicy(TEXT),
      watermarkPolicy({ ...TEXT, text: "© Other" }),
      watermarkPolicy({ ...TEXT, opacity: 0.61 }),
      watermarkPolicy({ image: await toImage("#ff0000") }),
      watermarkPolicy({ image: await toImage("#fe0000") }),
    ];
    const keys = await Promise.all(policies.map(async (policy) => (await processImage(policy))[0]?.key));
    expect(new Set(keys).size).toBe(policies.length);
    expect((await processImage(policies[1]))[0]?.key).toBe(keys[1]);
  });

  it("is the same to the byte each time", async () => {
    const policy = watermarkPolicy(TEXT);
    const digest = async () => {
      const { watermarked } = await renderBoth(await drawFlat("#406080"), policy, {
        width: 500,
        format: "png",
      });
      return createHash("sha256").update(watermarked).digest("hex");
    };
    expect(await digest()).toBe(await digest());
  });
});

async function renderPair(bytes: Uint8Array, policy: WatermarkPolicy, wish: Wish) {
  const { watermarked, plain } = await renderBoth(bytes, policy, wish);
  return [watermarked, plain] as const;
}
