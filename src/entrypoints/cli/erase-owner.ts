import { setTimeout as sleep } from "node:timers/promises";
import { checkOwnerName } from "../../domain/model/owner.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import { assertDataDirectory } from "./options.js";
import { formatCount, outputClosed, print, report, toJsonLine } from "./output.js";

/** The owner, and the place of the images. */
export interface EraseOwnerInput {
  readonly owner: string;
  readonly data: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Milliseconds to wait for what another process, such as a server, has in hand. */
const PAUSE_MILLISECONDS = 200;

/** How far it came. */
interface Outcome {
  /** Whether a look found no image of the owner, and everything that was open then, also from earlier runs, is settled. */
  readonly done: boolean;
  /** Open changes of the data directory that could not be settled. */
  readonly failed: number;
}

/**
 * Removes every image of an owner from a data directory. An interrupted or killed run is finished by the next one. Ends
 * with the exit code 3 when only what cannot be settled is left.
 */
export async function eraseOwnerLocally({
  owner,
  data,
  config: file,
  json,
}: EraseOwnerInput): Promise<ExitCode> {
  checkOwnerName(owner);
  const config = await loadConfiguration(file);
  assertDataDirectory(data);
  const interruption = catchInterruption({ finishing: "the removals in hand are done" });
  const signal = AbortSignal.any([interruption.signal, outputClosed]);
  const log: Log = (level, message, fields) => {
    if (level === "warn" && !signal.aborted) report(`${message}: ${fields?.error}`);
  };
  const { pipeline, close } = await composeLocal({ dir: data, config, log });
  const requested = new Set<string>();
  let outcome: Outcome = { done: false, failed: 0 };
  try {
    outcome = await eraseInRounds(pipeline, { owner, requested, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await close();
    interruption.dispose();
  }
  const { done, failed } = outcome;
  const images = formatCount(requested.size, "image");
  if (json) print(toJsonLine({ owner, requested: requested.size, done }));
  else if (done) print(`removed ${images} of ${owner}; none is left`);
  if (done) return EXIT.ready;
  const reason = signal.aborted ? "interrupted" : `could not settle ${formatCount(failed, "change")}`;
  report(`${reason} after ${images} of ${owner}; run the command again`);
  return signal.aborted ? EXIT.interrupted : EXIT.unfinished;
}

/** Requests the removal of a page of images and settles what is open, until a look finds none or nothing moves any more. */
async function eraseInRounds(
  pipeline: Pipeline,
  {
    owner,
    requested,
    signal,
  }: { readonly owner: string; readonly requested: Set<string>; readonly signal: AbortSignal },
): Promise<Outcome> {
  for (;;) {
    const { done } = await pipeline.eraseOwner(owner, {
      onRequested: ({ imageId }) => void requested.add(imageId),
      signal,
    });
    // After a look that found none, too: an earlier run may have been killed before its last removals were settled, and an
    // upload that nobody has settled may be the owner's. Then it is looked again.
    const { settled, failed } = await pipeline.drainQueue({ signal });
    if (!done) report(`removed ${formatCount(requested.size, "image")} so far`);
    if (settled > 0) continue;
    if (done || failed > 0) return { done: done && failed === 0, failed };
    await sleep(PAUSE_MILLISECONDS, undefined, { signal });
  }
}
