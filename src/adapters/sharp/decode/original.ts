import sharp, { type Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import type { SharedPicture } from "../plan/picture-sharing.js";
import type { Timing } from "../steps/step.js";
import { holdPicture } from "./hold-picture.js";
import type { RawPicture } from "./raw-picture.js";
import { uprightFrames } from "./upright-frames.js";

/** The pixels that one output is made from. */
export interface Decoded {
  readonly picture: Sharp;
  /** As in {@link Job}. */
  readonly timing?: Timing;
}

/** An original whose pixels can be asked for. Each call decodes it anew; nothing is decoded before. */
export interface Original {
  /** All pixels that `output` needs, to be scaled to its size. */
  open(output: PlannedImage): Promise<Decoded>;
  /** The first frame, upright and in sRGB, in memory, as planned. */
  hold(picture: SharedPicture): Promise<RawPicture>;
  /** The first frame, to be scaled down far: for what only needs to look. */
  glance(): Promise<Sharp>;
  /** Decodes all frames and does nothing else: what this throws is the original's fault. */
  prove(): Promise<void>;
}

/** The longest that sharp can be told. */
const MAX_DELAY = 65_535;

/** The original of a plan, not yet decoded. */
export function originalOf(bytes: Uint8Array, plan: RenderPlan): Original {
  const { source } = plan;
  const pixels = source.width * source.height;
  // What was inspected is the limit: bytes that turn out larger now are not what was approved.
  const read = (frames: number, from: Uint8Array | string = bytes) =>
    sharp(from, {
      animated: frames > 1,
      failOn: "warning",
      limitInputPixels: pixels * frames,
      unlimited: false,
      sequentialRead: true,
    });
  const still = (from: Uint8Array | string = bytes) => inSrgb(read(1, from), source.colorSpace);
  return {
    glance: () => still(),
    hold: (picture) => holdPicture(picture, bytes, plan, still),
    prove: async () => {
      await read(source.frames).resize({ width: 8 }).raw().toBuffer();
    },
    open: async ({ frames, profile }) => {
      if (frames === 1) return { picture: profile === "keep" ? read(1) : await still() };
      if (source.orientation === 1) return { picture: read(frames) };
      const { delay = [], loop = 0 } = await read(1).metadata();
      const timing = { delay: delay.map((ms) => Math.min(ms, MAX_DELAY)), loop };
      return { picture: await uprightFrames(read(frames), source), timing };
    },
  };
}

/**
 * sharp takes 16-bit pictures with a profile to Display P3 and then reads those numbers as sRGB, which dulls every
 * colour; naming sRGB as the output profile makes it convert. Without a profile the pixels are sRGB already.
 */
async function inSrgb(picture: Sharp, colorSpace: string): Promise<Sharp> {
  if (colorSpace !== "rgb16") return picture;
  const { hasProfile } = await picture.metadata();
  return hasProfile ? picture.withIccProfile("srgb", { attach: false }) : picture;
}
