import sharp from "sharp";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { Asset } from "../../../src/domain/model/asset.js";
import type { OutputFormat } from "../../../src/domain/model/image-format.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import type { Orientation } from "../../../src/domain/model/size.js";
import { type ThumbnailSpec, thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { type WatermarkPolicy, watermarkPolicy } from "../../../src/domain/model/watermark-policy.js";
import { drawColorCard, paint } from "../../support/color-cards.js";
import { ADOBE_RGB, DISPLAY_P3 } from "../../support/color-spaces.js";
import { inspect } from "../../support/engine.js";
import { drawTestImage } from "../../support/images.js";

/** One picture and what is made of it. */
export interface PrintCase {
  readonly name: string;
  readonly original: () => Promise<Uint8Array>;
  readonly wishes: Readonly<Record<string, Wish>>;
  readonly watermark?: WatermarkPolicy;
}

type Wish = Partial<ThumbnailSpec> & ({ width: number } | { height: number });

const engine = sharpEngine();

/** Orientation, cropping and padding in one look. */
const SHAPES: Readonly<Record<string, Wish>> = {
  whole: { width: 48, format: "png" },
  cover: { width: 40, height: 40, format: "jpeg" },
  contain: { width: 48, height: 48, fit: "contain", background: "#203040", format: "webp" },
};

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
const OUTPUTS: readonly OutputFormat[] = ["jpeg", "png", "webp", "avif", "gif"];
const TO_ALL = Object.fromEntries(OUTPUTS.map((format) => [format, { width: 48, format } as const]));

const turned: readonly PrintCase[] = (["jpeg", "png", "webp", "tiff"] as const).flatMap((format) =>
  ORIENTATIONS.map((orientation) => ({
    name: `${format} stored with orientation ${orientation}`,
    original: () => drawTestImage({ width: 96, height: 64, format, orientation }),
    wishes: SHAPES,
  })),
);

const card: Wish = { width: 264, format: "png" };

const colored: readonly PrintCase[] = [
  {
    name: "Display P3",
    original: () => drawColorCard(DISPLAY_P3, "png"),
    wishes: { srgb: card, keep: { ...card, profile: "keep" } },
  },
  { name: "Adobe RGB", original: () => drawColorCard(ADOBE_RGB, "jpeg"), wishes: { srgb: card } },
  { name: "CMYK", original: drawCmyk, wishes: TO_ALL },
  { name: "16 bits", original: drawWide, wishes: TO_ALL },
  {
    name: "transparency",
    original: () => drawTestImage({ format: "png", alpha: true, width: 80, height: 80 }),
    wishes: TO_ALL,
  },
];

const shaped: readonly PrintCase[] = [
  {
    name: "1 x 400",
    original: () => drawTestImage({ width: 1, height: 400, format: "png" }),
    wishes: SHAPES,
  },
  {
    name: "400 x 1",
    original: () => drawTestImage({ width: 400, height: 1, format: "png" }),
    wishes: SHAPES,
  },
  { name: "tall", original: () => drawTestImage({ width: 60, height: 900 }), wishes: SHAPES },
  { name: "wide", original: () => drawTestImage({ width: 900, height: 60 }), wishes: SHAPES },
];

const moving: readonly PrintCase[] = (["gif", "webp"] as const).map((format) => ({
  name: `moving ${format}`,
  original: () => drawTestImage({ format, width: 96, height: 64, frames: 5 }),
  wishes: {
    gif: { width: 48, format: "gif" },
    webp: { width: 48, height: 48, format: "webp" },
    still: { width: 48, format: "png" },
  },
}));

const watermarked: readonly PrintCase[] = [
  {
    name: "text watermark",
    original: () => drawTestImage({ width: 400, height: 300 }),
    wishes: { png: { width: 400, format: "png" } },
    watermark: watermarkPolicy({
      text: "© Ansel & Co",
      opacity: 1,
      scale: 1,
      margin: 4,
      gravity: "center",
    }),
  },
  {
    name: "tiled image watermark",
    original: () => drawTestImage({ format: "gif", width: 200, height: 150, frames: 3 }),
    wishes: { webp: { width: 200, format: "webp" } },
    watermark: watermarkPolicy({
      image: new Asset(await drawLogo()),
      opacity: 0.8,
      tile: true,
    }),
  },
];

/** All pictures of the pack. */
export const CASES: readonly PrintCase[] = [...turned, ...colored, ...shaped, ...moving, ...watermarked];

/** The renditions of one case by name. */
export async function renderCase({
  original,
  wishes,
  watermark,
}: PrintCase): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = await original();
  const thumbnails = Object.fromEntries(
    Object.entries(wishes).map(([name, wish]) => [name, thumbnailSpec({ ...wish, effort: "fast" })]),
  );
  const plan = planRenditions(await inspect(bytes), {
    thumbnails,
    metadata: "strip",
    ...(watermark && { watermark }),
  });
  const { outputs } = await engine.render(bytes, plan);
  return new Map(outputs.map((output) => [output.name, output.bytes]));
}

async function drawCmyk(): Promise<Uint8Array> {
  return paint([
    [200, 60, 60],
    [60, 160, 80],
    [70, 90, 180],
    [220, 210, 190],
  ])
    .toColourspace("cmyk")
    .withIccProfile("cmyk")
    .jpeg({ quality: 95 })
    .toBuffer();
}

async function drawWide(): Promise<Uint8Array> {
  return sharp(await drawTestImage({ format: "png", width: 96, height: 64 }))
    .toColourspace("rgb16")
    .png()
    .toBuffer();
}

async function drawLogo(): Promise<Uint8Array> {
  return sharp({ create: { width: 40, height: 24, channels: 4, background: "#ff00ffc0" } })
    .png()
    .toBuffer();
}
