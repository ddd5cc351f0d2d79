import { availableParallelism } from "node:os";
import { hasCode, rejectsOriginal } from "../../domain/model/errors.js";
import type { PlannedCopy, PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { Rendered, RenderedImage } from "../../ports/image-engine.js";
import { createOriginalDecoder, type OriginalDecoder } from "./decode/original-decoder.js";
import { createSharedPictures, type JobLimiters } from "./decode/shared-pictures.js";
import { createLimiter, type Limiter } from "./limits/limiter.js";
import { drawPlaceholder } from "./placeholder.js";
import { planPixels } from "./plan/pixel-plan.js";
import { renderFromMemory, renderFromOriginal } from "./render-output.js";
import { type FailedOriginal, translateSharpError } from "./translate-sharp-error.js";

/**
 * From this decode cost on, decodings of one original run one after the other: two at a time would take twice the memory that
 * the upload policy allows for one.
 */
const SERIAL_DECODE_BYTES = 100_000_000;

/** Only a few heavy originals are decoded at a time: a process would run out of memory before anything else. */
const heavyDecodeLimiter: Limiter = createLimiter(Math.max(1, Math.floor(availableParallelism() / 4)));

/** Renders the whole plan or nothing: the first error cancels the jobs that have not begun, and no job runs on after it is thrown. */
export async function render(
  bytes: Uint8Array,
  plan: RenderPlan,
  limit: Limiter,
  signal?: AbortSignal,
): Promise<Rendered> {
  const failed = new AbortController();
  const running = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const jobs = createJobLimiters(plan, limit, running, failed);
  const original = createOriginalDecoder(bytes, plan, running);
  const pixels = planPixels(plan);
  const getPicture = createSharedPictures(original, pixels, jobs);
  const images = [...plan.outputs.filter(({ kind }) => kind === "image"), plan.tagging];
  const sources = new Map(pixels.outputs.map(({ source }, index) => [images[index], source]));

  const renderImage = async (output: PlannedImage): Promise<RenderedImage> => {
    const source = sources.get(output);
    if (source?.from !== "memory")
      return jobs.decode(() => renderFromOriginal(original, output, plan, running));
    const picture = await getPicture(source.picture);
    return jobs.work(() => renderFromMemory(picture, output, plan));
  };
  const copyOriginal = ({ name, format, size }: PlannedCopy): RenderedImage => {
    return { name, bytes: bytes.slice(), format, ...size, frames: plan.source.frames };
  };
  // For copies too: it proves that their pixels decode.
  const createPlaceholder = async () => {
    const { size, source } = pixels.placeholder;
    const picture =
      source.from === "memory"
        ? await getPicture(source.picture)
        : await jobs.decode(() => original.decodePicture({ size }));
    return drawPlaceholder(picture, size);
  };

  const outputs = plan.outputs.map((output) =>
    output.kind === "image" ? renderImage(output) : copyOriginal(output),
  );
  const tagging = plan.tagging && renderImage(plan.tagging);
  const placeholder = createPlaceholder();
  await Promise.allSettled([...outputs, tagging, placeholder]);
  signal?.throwIfAborted();
  try {
    const tagged = await tagging;
    const rendered = {
      outputs: await Promise.all(outputs),
      ...(tagged && { tagging: tagged }),
      placeholder: await placeholder,
    };
    await jobs.decode(original.checkLastLines);
    return rendered;
  } catch (error) {
    throw await attributeError(error, { bytes, format: plan.source.format }, original, limit);
  }
}

/** The limiters of one rendering: no job begins after one has failed. */
function createJobLimiters(
  plan: RenderPlan,
  limit: Limiter,
  running: AbortSignal,
  failed: AbortController,
): JobLimiters {
  const stopAfterFailure =
    (limiter: Limiter): Limiter =>
    (task) =>
      limiter(async () => {
        running.throwIfAborted();
        return await task();
      }).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      });
  const one = createLimiter(1);
  // The permit of the process comes last: a task that waits for other pictures must not hold one.
  const runInTurn: Limiter = (task) => one(() => heavyDecodeLimiter(() => limit(task)));
  return {
    decode: stopAfterFailure(plan.source.decodeCost < SERIAL_DECODE_BYTES ? limit : runInTurn),
    work: stopAfterFailure(limit),
  };
}

/** A decoder that fails while an encoder reads from it may leave only the encoder's error: decoding once more shows which one failed. */
async function attributeError(
  error: unknown,
  failed: FailedOriginal,
  original: OriginalDecoder,
  limit: Limiter,
): Promise<unknown> {
  const translated = translateSharpError(error, failed);
  if (!hasCode(translated, "internal")) return translated;
  return limit(original.verify).then(
    () => translated,
    (reason: unknown) => {
      const decodeError = translateSharpError(reason, failed);
      return rejectsOriginal(decodeError) ? decodeError : translated;
    },
  );
}
