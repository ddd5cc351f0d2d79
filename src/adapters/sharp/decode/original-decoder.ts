import sharp, { type Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import { composeStrip, type Strip } from "../apng/compose-strip.js";
import type { SharedPicture } from "../plan/picture-sharing.js";
import type { Timing } from "../steps/step.js";
import { addExif } from "./add-exif.js";
import { appendLines } from "./append-lines.js";
import { decodeSharedPicture } from "./decode-shared-picture.js";
import { hasProfile } from "./has-profile.js";
import { orientFrames } from "./orient-frames.js";
import type { RawPicture } from "./raw-picture.js";
import { makeReadable, type ReadableOriginal } from "./readable-original.js";
import { removeThumbnails } from "./remove-thumbnails.js";

/** The pixels that one output is rendered from. */
export interface PictureInput {
  readonly picture: Sharp;
  /** As in {@link Job}. */
  readonly timing?: Timing;
}

/** Decodes an original. Each call decodes it anew, and nothing is decoded before the first. */
export interface OriginalDecoder {
  /** Opens all pixels that `output` needs, to be scaled to its size. */
  open(output: PlannedImage): Promise<PictureInput>;
  /** Decodes the first frame into memory as planned, upright and in sRGB. */
  decodePicture(picture: SharedPicture): Promise<RawPicture>;
  /** Opens the first frame for a small preview. */
  openPreview(): Promise<Sharp>;
  /** Decodes all frames and does nothing else: an error is the original's. */
  verify(): Promise<void>;
  /**
   * Throws the error of a decoder that warned only when it had delivered all pixels: libvips asks for warnings before it
   * reads lines, so that those about the last lines fail nothing. Decodes once more, but only after such a warning.
   */
  checkLastLines(): Promise<void>;
}

/** The warnings of the decoder that reads line by line. */
const LATE_WARNING = /^VipsJpeg: /;

/** The longest delay of a frame in milliseconds, and the most repetitions, that sharp accepts. */
const MAX_TIMING = 65_535;

/** Creates the decoder of a plan's original. What it reads anew at each call is made readable once. */
export function createOriginalDecoder(
  original: Uint8Array,
  plan: RenderPlan,
  signal?: AbortSignal,
): OriginalDecoder {
  const { source } = plan;
  let readable: Promise<ReadableOriginal> | undefined;
  const read = (): Promise<ReadableOriginal> => {
    readable ??= makeReadable(original, source, signal);
    return readable;
  };
  const pixels = source.width * source.height;
  // The inspected size is the limit: bytes that turn out larger are not those that were approved.
  let hasWarned = false;
  const readFrames = async (frames: number, from?: Uint8Array | string) => {
    const { bytes, addedFrames = 0 } = await read();
    return sharp(from ?? bytes, {
      // Of several pictures of an AVIF the main one, unless a number is named.
      ...(addedFrames > 0 && { page: addedFrames }),
      pages: frames,
      failOn: "warning",
      limitInputPixels: pixels * frames,
      unlimited: false,
      sequentialRead: true,
    }).on("warning", (text: string) => {
      // It may be of any picture of the process: warnings go to whoever is finished next.
      hasWarned ||= LATE_WARNING.test(text);
    });
  };
  const openFirstFrame = async (from?: Uint8Array | string) =>
    convertToSrgb(await readFrames(1, from), source.colorSpace);
  let withMetadata: Promise<Uint8Array> | undefined;
  /** The bytes for an output that keeps metadata. */
  const readWithMetadata = () => {
    withMetadata ??= read().then(async (alone) => {
      const { bytes, format } = await addExif(alone, source.colorSpace);
      const { exif } = await (await readFrames(1, bytes)).metadata();
      return removeThumbnails(bytes, format, exif);
    });
    return withMetadata;
  };
  let strip: Promise<Strip> | undefined;
  const openStrip = async () => {
    strip ??= read().then(({ bytes }) => composeStrip(bytes, source, openFirstFrame));
    const { open, timing } = await strip;
    return { picture: open(), timing: limitTiming(timing) };
  };
  const openAnimation = async (from?: Uint8Array) => {
    const { addedFrames } = await read();
    const { delay = [], loop = 0 } = await (await readFrames(1, from)).metadata();
    const timing = limitTiming({ delay: delay.slice(addedFrames), loop });
    return { picture: await readFrames(source.frames, from), timing };
  };
  return {
    openPreview: () => openFirstFrame(),
    decodePicture: async (picture) =>
      decodeSharedPicture(picture, (await read()).bytes, plan, openFirstFrame),
    verify: async () => {
      await (await readFrames(source.frames)).resize({ width: 8 }).raw().toBuffer();
    },
    checkLastLines: async () => {
      if (hasWarned) await decodeAllLines((await read()).bytes);
    },
    open: async ({ frames, profile, metadata = plan.metadata }) => {
      const from = metadata === "keep-all" ? await readWithMetadata() : undefined;
      if (frames === 1)
        return { picture: await (profile === "keep" ? readFrames(1, from) : openFirstFrame(from)) };
      const isComposed = source.format === "png";
      const { addedFrames = 0 } = await read();
      if (source.orientation === 1 && !isComposed && addedFrames === 0)
        return { picture: await readFrames(frames, from) };
      const { picture, timing } = isComposed ? await openStrip() : await openAnimation(from);
      return { picture: source.orientation === 1 ? picture : await orientFrames(picture, source), timing };
    },
  };
}

/** Decodes a JPEG line by line, at its full size and to its last line. Throws the decoder's error. */
async function decodeAllLines(jpeg: Uint8Array): Promise<void> {
  const picture = sharp(appendLines(jpeg) ?? jpeg, {
    failOn: "warning",
    limitInputPixels: false,
    sequentialRead: true,
  });
  const { width, height } = await picture.metadata();
  // A part of the picture, if only the whole, keeps sharp from asking the decoder for fewer pixels.
  await picture.extract({ left: 0, top: 0, width, height }).resize({ width: 8 }).raw().toBuffer();
}

function limitTiming({ delay, loop }: Timing): Timing {
  return { delay: delay.map((ms) => Math.min(ms, MAX_TIMING)), loop: Math.min(loop, MAX_TIMING) };
}

/**
 * sharp takes 16-bit pictures with a profile to Display P3 and then reads those numbers as sRGB, which dulls every
 * color; naming sRGB as the output profile makes it convert. Of 16-bit grays it passes over the profile: they are taken as
 * 8-bit ones, in which a watermark is gray too. Without a profile the pixels are sRGB already.
 */
async function convertToSrgb(picture: Sharp, colorSpace: string): Promise<Sharp> {
  if (colorSpace !== "rgb16" && colorSpace !== "grey16") return picture;
  if (!(await hasProfile(picture, colorSpace === "rgb16" ? "RGB " : "GRAY"))) return picture;
  return colorSpace === "rgb16"
    ? picture.withIccProfile("srgb", { attach: false })
    : picture.pipelineColourspace("b-w");
}
