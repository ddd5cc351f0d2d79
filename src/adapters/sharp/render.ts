import { availableParallelism } from "node:os";
import { hasCode, rejectsOriginal } from "../../domain/model/errors.js";
import type { PlannedCopy, PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { Rendered, RenderedImage } from "../../ports/image-engine.js";
import { type Original, originalOf } from "./decode/original.js";
import { type Jobs, sharedPictures } from "./decode/shared-pictures.js";
import { createLimiter, type Limiter } from "./limits/limiter.js";
import { drawPlaceholder } from "./placeholder.js";
import { planPixels } from "./plan/pixel-plan.js";
import { renderFromMemory, renderFromOriginal } from "./render-output.js";
import { translate } from "./translate.js";

/**
 * From this decode cost on, in bytes, decodings of one original come one after the other: two pictures held whole at
 * a time would take twice what the upload policy allows for one.
 */
const HEAVY = 100_000_000;

/** Of heavy originals only few are decoded at a time: memory would be the first thing that a process runs out of. */
const fewAtATime: Limiter = createLimiter(Math.max(1, Math.floor(availableParallelism() / 4)));

/** Carries out the plan, all of it or nothing: the first failure stops what has not begun, and nothing runs on behind. */
export async function render(
  bytes: Uint8Array,
  plan: RenderPlan,
  limit: Limiter,
  signal?: AbortSignal,
): Promise<Rendered> {
  const failed = new AbortController();
  const running = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const jobs = jobsOf(plan, limit, running, failed);
  const original = originalOf(bytes, plan);
  const pixels = planPixels(plan);
  const pictureAt = sharedPictures(original, pixels, jobs);
  const sources = new Map(pixels.outputs.map(({ name, source }) => [name, source]));

  const image = async (output: PlannedImage): Promise<RenderedImage> => {
    const source = sources.get(output.name);
    if (source?.from !== "memory")
      return jobs.decode(() => renderFromOriginal(original, output, plan, running));
    const picture = await pictureAt(source.picture);
    return jobs.work(() => renderFromMemory(picture, output, plan));
  };
  const copy = ({ name, format, size }: PlannedCopy): RenderedImage => {
    return { name, bytes: bytes.slice(), format, ...size, frames: plan.source.frames };
  };
  // Drawn for copies too: it is what proves that their pixels decode.
  const drawn = async () => {
    const { size, source } = pixels.placeholder;
    const picture =
      source.from === "memory"
        ? await pictureAt(source.picture)
        : await jobs.decode(() => original.hold({ size }));
    return drawPlaceholder(picture, size);
  };

  const outputs = plan.outputs.map((output) => (output.kind === "image" ? image(output) : copy(output)));
  const tagging = plan.tagging && image(plan.tagging);
  const placeholder = drawn();
  await Promise.allSettled([...outputs, tagging, placeholder]);
  signal?.throwIfAborted();
  try {
    const shown = await tagging;
    return {
      outputs: await Promise.all(outputs),
      ...(shown && { tagging: shown }),
      placeholder: await placeholder,
    };
  } catch (error) {
    throw await blame(error, original, limit);
  }
}

/** Jobs of one rendering: none begins after one has failed. */
function jobsOf(plan: RenderPlan, limit: Limiter, running: AbortSignal, failed: AbortController): Jobs {
  const stopping =
    (places: Limiter): Limiter =>
    (task) =>
      places(async () => {
        running.throwIfAborted();
        return await task();
      }).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      });
  const alone = createLimiter(1);
  // A place of the process last: who waits for other pictures must not keep one from those that could work.
  const oneByOne: Limiter = (task) => alone(() => fewAtATime(() => limit(task)));
  return { decode: stopping(plan.source.decodeCost < HEAVY ? limit : oneByOne), work: stopping(limit) };
}

/** A decoder that fails while an encoder pulls may leave only the encoder's complaint: decoding alone tells whose fault it is. */
async function blame(error: unknown, original: Original, limit: Limiter): Promise<unknown> {
  const told = translate(error);
  if (!hasCode(told, "internal")) return told;
  return limit(original.prove).then(
    () => told,
    (reason: unknown) => {
      const second = translate(reason);
      return rejectsOriginal(second) ? second : told;
    },
  );
}
