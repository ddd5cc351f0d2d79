import sharp, { type Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import { embedProfile } from "../colors/embed-profile.js";
import type { SharedPicture } from "../plan/picture-sharing.js";
import type { Timing } from "../steps/step.js";
import { decodeSharedPicture } from "./decode-shared-picture.js";
import { hasProfile } from "./has-profile.js";
import { orientFrames } from "./orient-frames.js";
import type { RawPicture } from "./raw-picture.js";
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
}

/** The longest delay of a frame that sharp accepts. */
const MAX_DELAY_MILLISECONDS = 65_535;

/** Creates the decoder of a plan's original. */
export function createOriginalDecoder(original: Uint8Array, plan: RenderPlan): OriginalDecoder {
  const { source } = plan;
  const bytes = embedProfile(original, source.format);
  const pixels = source.width * source.height;
  // The inspected size is the limit: bytes that turn out larger are not those that were approved.
  const readFrames = (frames: number, from: Uint8Array | string = bytes) =>
    sharp(from, {
      animated: frames > 1,
      failOn: "warning",
      limitInputPixels: pixels * frames,
      unlimited: false,
      sequentialRead: true,
    });
  const openFirstFrame = (from: Uint8Array | string = bytes) =>
    convertToSrgb(readFrames(1, from), source.colorSpace);
  let withoutThumbnails: Promise<Uint8Array> | undefined;
  const getWithoutThumbnails = () => {
    withoutThumbnails ??= readFrames(1)
      .metadata()
      .then(({ exif }) => removeThumbnails(bytes, source.format, exif));
    return withoutThumbnails;
  };
  return {
    openPreview: () => openFirstFrame(),
    decodePicture: (picture) => decodeSharedPicture(picture, bytes, plan, openFirstFrame),
    verify: async () => {
      await readFrames(source.frames).resize({ width: 8 }).raw().toBuffer();
    },
    open: async ({ frames, profile, metadata = plan.metadata }) => {
      const from = metadata === "keep-all" ? await getWithoutThumbnails() : bytes;
      if (frames === 1)
        return { picture: profile === "keep" ? readFrames(1, from) : await openFirstFrame(from) };
      if (source.orientation === 1) return { picture: readFrames(frames, from) };
      const { delay = [], loop = 0 } = await readFrames(1).metadata();
      const timing = { delay: delay.map((ms) => Math.min(ms, MAX_DELAY_MILLISECONDS)), loop };
      return { picture: await orientFrames(readFrames(frames), source), timing };
    },
  };
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
