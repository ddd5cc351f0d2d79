import sharp, { type Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import { uprightFrames } from "./upright-frames.js";

/** When each frame of a moving picture is shown. */
export interface Timing {
  /** Milliseconds by frame. */
  readonly delay: number[];
  /** How often it runs; 0 for ever. */
  readonly loop: number;
}

/** The pixels that one output is made from. */
export interface Decoded {
  readonly picture: Sharp;
  /** Present where the frames have lost it; else the encoder takes it from the picture. */
  readonly timing?: Timing;
}

/** Where outputs take their pixels from: all steps after it do not know how often the original is decoded. */
export interface PixelSource {
  /** The pixels for `output`, to be scaled to its size. */
  open(output: PlannedImage): Promise<Decoded>;
  /** The first frame, to be scaled down far: for what only needs to look. */
  glance(): Promise<Sharp>;
  /** Decodes all frames and does nothing else: what this throws is the original's fault. */
  prove(): Promise<void>;
}

/** The longest that sharp can be told. */
const MAX_DELAY = 65_535;

/** Decodes the original anew for each output. Nothing is decoded before an output asks. */
export function pixelSource(bytes: Uint8Array, { source }: RenderPlan): PixelSource {
  const pixels = source.width * source.height;
  // What was inspected is the limit: bytes that turn out larger now are not what was approved.
  const read = (frames: number) =>
    sharp(bytes, {
      animated: frames > 1,
      failOn: "warning",
      limitInputPixels: pixels * frames,
      unlimited: false,
      sequentialRead: true,
    });
  const still = () => inSrgb(read(1), source.colourSpace);
  return {
    glance: still,
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
async function inSrgb(picture: Sharp, colourSpace: string): Promise<Sharp> {
  if (colourSpace !== "rgb16") return picture;
  const { hasProfile } = await picture.metadata();
  return hasProfile ? picture.withIccProfile("srgb", { attach: false }) : picture;
}
