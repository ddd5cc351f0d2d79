import sharp from "sharp";
import { hasCode, rejectsOriginal, SafelightError } from "../../domain/model/errors.js";
import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { Rendered, RenderedImage } from "../../ports/image-engine.js";
import { crop, placeCrop } from "./crop.js";
import { type PixelSource, pixelSource } from "./decode.js";
import { encode } from "./encode.js";
import { allowColour, backgroundOf, flatten } from "./flatten.js";
import { keepMetadata } from "./keep-metadata.js";
import { type Limiter, limiter } from "./limiter.js";
import { orient } from "./orient.js";
import { pad } from "./pad.js";
import { drawPlaceholder } from "./placeholder.js";
import { resize } from "./resize.js";
import { translate } from "./translate.js";
import { watermark } from "./watermark.js";

/**
 * From this decode cost on, in bytes, outputs are made one after the other: each decodes anew, and two pictures held
 * whole at a time would take twice what the upload policy allows for one.
 */
const HEAVY = 100_000_000;

/** Carries out the plan, all of it or nothing: the first failure stops what has not begun, and nothing runs on behind. */
export async function render(
  bytes: Uint8Array,
  plan: RenderPlan,
  limit: Limiter,
  signal?: AbortSignal,
): Promise<Rendered> {
  const failed = new AbortController();
  const running = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const pixels = pixelSource(bytes, plan);
  const alone = limiter(1);
  // First alone, then a place of the process: who waits for its own picture must not keep a place from others.
  const queued: Limiter = plan.source.decodeCost < HEAVY ? limit : (task) => alone(() => limit(task));
  const job = <T>(work: () => Promise<T>): Promise<T> =>
    queued(async () => {
      running.throwIfAborted();
      return await work();
    }).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  const outputs = plan.outputs.map((output) =>
    output.kind === "copy"
      ? Promise.resolve<RenderedImage>({
          name: output.name,
          bytes: bytes.slice(),
          format: output.format,
          ...output.size,
          frames: plan.source.frames,
        })
      : job(() => renderOne(pixels, output, plan, running)),
  );
  // Drawn for copies too: it is what proves that their pixels decode.
  const placeholder = job(async () => drawPlaceholder(await pixels.glance(), plan.upright));
  await Promise.allSettled([...outputs, placeholder]);
  signal?.throwIfAborted();
  try {
    return { outputs: await Promise.all(outputs), placeholder: await placeholder };
  } catch (error) {
    throw await blame(error, pixels, limit);
  }
}

/** A decoder that fails while an encoder pulls may leave only the encoder's complaint: decoding alone tells whose fault it is. */
async function blame(error: unknown, pixels: PixelSource, limit: Limiter): Promise<unknown> {
  const told = translate(error);
  if (!hasCode(told, "internal")) return told;
  return limit(pixels.prove).then(
    () => told,
    (reason: unknown) => {
      const second = translate(reason);
      return rejectsOriginal(second) ? second : told;
    },
  );
}

async function renderOne(
  pixels: PixelSource,
  output: PlannedImage,
  plan: RenderPlan,
  signal: AbortSignal,
): Promise<RenderedImage> {
  const kept = await placeCrop(pixels.glance, output, plan.upright);
  signal.throwIfAborted();
  const { picture, timing } = await pixels.open(output);
  signal.throwIfAborted();
  const background = backgroundOf(output);
  const coloured = flatten(allowColour(picture, output, plan), output, background);
  const shaped = pad(crop(resize(coloured, output.resize), kept), output, background);
  const marked = await watermark(orient(shaped), output, plan);
  const finished = encode(keepMetadata(marked, output, plan), output, timing);
  const bytes = await finished.toBuffer();
  signal.throwIfAborted();
  return { name: output.name, bytes, format: output.format, ...(await checkOutput(bytes, output)) };
}

/** Reads the output's own header: what is recorded is what was written, and a size that is not the plan's is our bug. */
async function checkOutput(
  bytes: Uint8Array,
  { name, size }: PlannedImage,
): Promise<{ width: number; height: number; frames: number }> {
  const { width, height, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width !== size.width || height !== size.height) {
    const expected = `${size.width} x ${size.height} for thumbnails.${name}`;
    throw new SafelightError("internal", `expected ${expected} but received ${width} x ${height}`);
  }
  return { width, height, frames: pages };
}
