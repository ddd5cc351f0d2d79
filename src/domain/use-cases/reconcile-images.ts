import type { ListedBlob } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Difference } from "../model/difference.js";
import { invalidInput } from "../model/errors.js";
import { FINDING_KINDS, type FindingKind } from "../model/finding.js";
import { collectPages } from "../model/page.js";
import { DEFAULT_RATES, NO_WORK, type WorkRates } from "../model/work.js";
import { compareStores, listSuspects, type Suspect } from "./compare-stores.js";
import { GRACE } from "./doctor-images.js";
import { estimateWork } from "./estimate-work.js";
import type { Examination, Rest } from "./examine-image.js";
import { openHeapNotes } from "./heap-notes.js";
import { explainFailure, lookAtSuspect, type Watch } from "./look-at-suspect.js";
import type { Needs } from "./ports.js";
import { type RepairPorts, requestRepair } from "./repair-image.js";

/** The findings that count, and whether and how they are closed. */
export interface ClosingOptions extends CallOptions {
  /** Whether to close what is found. Default false: nothing is changed. */
  readonly apply?: boolean;
  /** Whether images of another engine, or another version of it, are rendered anew. Default false: they are found and left. */
  readonly otherEngine?: boolean;
  /** The kinds of findings that count. Default: all. */
  readonly only?: readonly FindingKind[];
  /**
   * In milliseconds: damage that is younger may be the work of a running handler, and is left alone. Default one hour.
   * What was settled under another configuration counts at any age.
   */
  readonly graceMs?: number;
  /** Most requests sent in a second, above 0. Default 20. */
  readonly rate?: number;
  /** By what to estimate work. Default `DEFAULT_RATES`. */
  readonly rates?: WorkRates;
  /**
   * The originals as somebody has listed them before, such as an inventory of a bucket, in place of a listing: it may be days
   * old, since each image is looked at by itself before anything is said of it. One that is not among them seems to be without
   * an original, and is looked at. Default: they are listed.
   */
  readonly listedOriginals?: AsyncIterable<ListedBlob>;
  /** Called now and then. */
  readonly onProgress?: (progress: ReconcileProgress) => void;
  /** Called for each file among the renditions whose name no image has: somebody else put it there, and it is left alone. */
  readonly onStrayFile?: (key: string) => void;
}

/** How far it is. First everything is listed; then each image that differs is looked at, and closed with `apply`. */
export interface ReconcileProgress {
  /** Originals, files and records that were listed. */
  readonly listed: number;
  /** Images that seem to differ; absent while everything is listed. */
  readonly suspects?: number;
  /** How many of them were looked at. */
  readonly looked: number;
  /** Estimated from the time that those took; absent where nothing was looked at yet. */
  readonly secondsLeft?: number;
}

/** The ports that reconciling needs. */
export type ClosingPorts = RepairPorts & Needs<"sleep" | "openNotes">;

/** Images that are looked at at a time: most of a look is waiting for stores. */
const AT_ONCE = 8;

const DEFAULT_RATE = 20;

/** Milliseconds, a day: a timer that is to take more than 24 days goes off at once. */
const LONGEST_SLEEP = 86_400_000;

/**
 * Compares all that is stored with what should be, and yields each image that differs once. With `apply`, each is closed
 * before it is yielded: by a request for whoever works the queue, or on the spot where nothing has to be settled. One image that cannot
 * be read or closed keeps no other from it: it is yielded as `failed`.
 *
 * Listings are of different moments, so that each image is looked at by itself before anything is said of it. No progress is
 * stored: whoever was stopped anywhere starts again, and a request that was sent by then is void or superseded when it is
 * settled. Throws what the stores throw when they are away, and `invalid-input` for a rate that is none.
 */
export async function* reconcileImages(
  ports: ClosingPorts,
  options: ClosingOptions = {},
): AsyncGenerator<Difference, void, undefined> {
  const { graceMs = GRACE, only = FINDING_KINDS, onProgress, onStrayFile, signal } = options;
  const pace = createPace(ports, options.rate ?? DEFAULT_RATE);
  const now = ports.clock();
  const kinds = new Set(only);
  const rest = { now, restingSince: new Date(now.getTime() - graceMs) };
  const watches = { looks: { failures: 0 }, closings: { failures: 0 } };
  const notes = await (ports.openNotes ?? openHeapNotes)();
  try {
    let listed = 0;
    const addListed = (count: number) => {
      listed += count;
      onProgress?.({ listed, looked: 0 });
    };
    const { listedOriginals } = options;
    const comparison = { ...rest, kinds, notes, listedOriginals, onStrayFile, signal };
    await compareStores(ports, { ...comparison, onPage: addListed });
    let suspects = 0;
    for await (const _ of listSuspects({ notes })) suspects += 1;
    onProgress?.({ listed, suspects, looked: 0 });
    const began = ports.clock().getTime();
    let looked = 0;
    for await (const some of collectPages(listSuspects({ notes }), AT_ONCE)) {
      signal?.throwIfAborted();
      const looks = some.map((suspect) =>
        closeSuspect(ports, suspect, { ...options, ...rest, kinds, pace, ...watches }),
      );
      for (const difference of await Promise.all(looks)) if (difference) yield difference;
      looked += some.length;
      const seconds = (ports.clock().getTime() - began) / 1_000;
      onProgress?.({ listed, suspects, looked, secondsLeft: (seconds / looked) * (suspects - looked) });
    }
  } finally {
    await notes.close();
  }
}

/** Looks at one image and closes what is to be closed; resolves to `undefined` if it is as it should be. */
async function closeSuspect(
  ports: ClosingPorts,
  suspect: Suspect,
  {
    apply = false,
    otherEngine = false,
    rates = DEFAULT_RATES,
    kinds,
    pace,
    looks,
    closings,
    signal,
    now,
    restingSince,
  }: ClosingOptions & Rest & Closing,
): Promise<Difference | undefined> {
  const examination = { ...suspect, now, restingSince, kinds };
  const { look, problem } = await lookAtSuspect(ports, suspect, examination, looks, { signal });
  const { findings, key } = look;
  if (findings.length === 0) return undefined;
  const difference = { imageId: suspect.imageId, ...(key !== undefined && { key }), findings };
  if (problem !== undefined) return { ...difference, work: NO_WORK, outcome: "failed", problem };
  const closed = new Set([...kinds].filter((kind) => kind !== "other-engine" || otherEngine));
  if (!findings.some(({ kind }) => closed.has(kind)))
    return { ...difference, work: NO_WORK, outcome: "left" };
  const work = estimateWork(ports, look, closed, rates);
  if (!apply) return { ...difference, work, outcome: "found" };
  const closing: Examination = { ...examination, kinds: closed };
  await pace(signal);
  return { ...difference, work, ...(await close(ports, closing, closings, { signal })) };
}

/** The same for the closing of all images. */
interface Closing {
  readonly kinds: ReadonlySet<FindingKind>;
  readonly pace: Pace;
  readonly looks: Watch;
  readonly closings: Watch;
}

async function close(
  ports: ClosingPorts,
  examination: Examination,
  watch: Watch,
  { signal }: CallOptions,
): Promise<Pick<Difference, "outcome" | "problem">> {
  try {
    const request = await requestRepair(ports, examination, { signal });
    watch.failures = 0;
    return { outcome: request ? "requested" : "closed" };
  } catch (error) {
    const problem = await explainFailure(ports, error, examination.imageId, watch, { signal });
    return { outcome: "failed", problem };
  }
}

/** Resolves when the next one may begin. */
type Pace = (signal?: AbortSignal) => Promise<void>;

/** Lets so many begin in a second, one after the other. */
function createPace({ sleep, clock }: Needs<"sleep" | "clock">, rate: number): Pace {
  if (!(rate > 0)) throw invalidInput("a number above 0", "rate", rate);
  let next = 0;
  let turn: Promise<void> = Promise.resolve();
  const wait = async (signal?: AbortSignal) => {
    const now = clock().getTime();
    const start = Math.max(now, next);
    next = start + 1_000 / rate;
    for (let left = start - now; left > 0; left -= LONGEST_SLEEP)
      await sleep(Math.min(left, LONGEST_SLEEP), signal).finally(() => signal?.throwIfAborted());
  };
  // One sleeps at a time: each sleeper listens to the signal, and Node takes more than ten listeners for a leak.
  return (signal) => {
    turn = turn.then(() => wait(signal));
    return turn;
  };
}
