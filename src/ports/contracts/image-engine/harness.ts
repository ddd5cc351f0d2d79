import assert from "node:assert/strict";
import { IMAGE_FORMATS, type ImageFormat } from "../../../domain/model/image-format.js";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import type { Orientation } from "../../../domain/model/size.js";
import type { UploadPolicy } from "../../../domain/model/upload-policy.js";
import type { ImageEngine } from "../../image-engine.js";
import type { Closable, Law } from "../contract.js";
import type { Pixels } from "./pixels.js";

/** An image, and what is true of it. */
export interface SampleImage {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
  /** Size of one stored frame in pixels, before orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** 1 by default. */
  readonly orientation?: Orientation;
  /** 1 by default. */
  readonly frames?: number;
}

/** Reads and writes pixels by other means than the engine: that is how the laws see what an output shows. */
export interface ImageCodec {
  /**
   * Resolves to an image that shows exactly these pixels, in any format that the engine reads. More than one frame makes
   * it move. `orientation` is only noted in it: the pixels are stored as they are given.
   */
  encode(frames: readonly Pixels[], orientation?: Orientation): Promise<Uint8Array>;
  /** Resolves to every frame of an output, whole and in sRGB; without opacity in the image, 255. */
  decode(bytes: Uint8Array): Promise<readonly Pixels[]>;
}

/** The harness for the laws of an image engine. An optional part that is left out breaks its law: declare the gap. */
export interface ImageEngineHarness extends Closable {
  readonly engine: ImageEngine;
  /**
   * Small images, among them one of each format that the engine reads, one that is not square and has orientation 6,
   * one that moves, and one that carries metadata of every kind that its format can hold.
   */
  readonly samples: readonly SampleImage[];
  /** An image with a whole header whose pixels end too early. */
  readonly truncated: SampleImage;
  /** Bytes that begin as an image does, with a header that cannot be read. */
  readonly brokenHeader: Uint8Array;
  /** Bytes that are no image: text, an archive, a script ... each longer than a header. */
  readonly notImages: readonly Uint8Array[];
  /** Resolves to the kinds of metadata in an image (`exif`, `xmp`, `iptc` ...), read by other means than the engine. */
  listMetadataKinds(bytes: Uint8Array): Promise<readonly string[]>;
  /** For the laws about what an output shows. */
  readonly codec?: ImageCodec;
  /** An image that `inspect` lets pass and whose decoding the engine has to stop. */
  readonly endless?: Uint8Array;
}

/** One promise of an image engine. */
export type ImageEngineLaw = Law<ImageEngineHarness>;

/** Lets everything pass. */
export const NO_LIMITS: UploadPolicy = {
  formats: IMAGE_FORMATS,
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxPixels: Number.MAX_SAFE_INTEGER,
  maxFrames: Number.MAX_SAFE_INTEGER,
  maxCost: Number.MAX_SAFE_INTEGER,
  owner: "none",
};

/** The samples with their facts; fails when the harness lacks a kind without which a law would show nothing. */
export async function inspectSamples({
  engine,
  samples,
}: ImageEngineHarness): Promise<readonly { sample: SampleImage; facts: SourceFacts }[]> {
  const turned = samples.some(({ orientation, width, height }) => orientation === 6 && width !== height);
  assert.ok(turned, "expected a sample that is not square and has orientation 6");
  assert.ok(
    samples.some(({ frames = 1 }) => frames > 1),
    "expected a sample that moves",
  );
  const all: { sample: SampleImage; facts: SourceFacts }[] = [];
  for (const sample of samples) all.push({ sample, facts: await engine.inspect(sample.bytes, NO_LIMITS) });
  return all;
}
