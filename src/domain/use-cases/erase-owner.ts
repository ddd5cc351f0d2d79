import type { CallOptions } from "../../ports/call-options.js";
import { refusal } from "../model/errors.js";
import { checkOwnerName } from "../model/owner.js";
import { iteratePages } from "../model/page.js";
import type { Needs } from "./ports.js";
import type { Receipt } from "./request-processing.js";
import { requestRemoval } from "./request-removal.js";
import { waitUntilSettled } from "./wait-until-settled.js";

/** How long to erase, and who is told. */
export interface EraseOptions extends CallOptions {
  /** Longest time for all of it, in seconds. Default 0: the removal of one page of images is requested. */
  readonly seconds?: number;
  /** Called for each image once its removal is requested. */
  readonly onRequested?: (receipt: Receipt) => void;
}

/** The state of an erasure. */
export interface Erasure {
  /** Number of images whose removal this call requested. */
  readonly requested: number;
  /** Whether a look found no image of the owner, and every removal that this call requested is settled. Otherwise erase again. */
  readonly done: boolean;
}

/** The ports that erasing needs. */
type ErasePorts = Needs<"originals" | "records" | "queue" | "config" | "urls" | "sleep" | "clock">;

/** Images whose removal is requested at a time: neither the queue nor the store of originals is to be flooded. */
const AT_ONCE = 8;

/** Images of a page: few enough for a function with little time. */
const PAGE = 100;

/** Milliseconds between two looks. */
const PAUSE = 200;

/**
 * Removes every image of an owner, also pending and rejected ones, and no other's. No progress is stored: what is listed is
 * what is left, so that a call which was stopped anywhere is repeated, and what was uploaded meanwhile is erased as well.
 * Whoever works the queue removes the rest of each image, as {@link requestRemoval} says. Throws `invalid-input` for a
 * name that no owner can have, and where the configuration knows no owners: whose an original is could not be judged.
 */
export async function eraseOwner(
  ports: ErasePorts,
  owner: string,
  { seconds = 0, onRequested, signal }: EraseOptions = {},
): Promise<Erasure> {
  checkOwnerName(owner);
  const { owner: source } = ports.config.uploads;
  if (source === "none")
    throw refusal("invalid-input", '"key" or "caller" (required to erase an owner)', "uploads.owner", source);
  const end = ports.clock().getTime() + seconds * 1_000;
  const computeLeft = () => Math.max(0, end - ports.clock().getTime());
  const requested = new Set<string>();
  for (;;) {
    const look = await requestRemovals(ports, owner, { computeLeft, onRequested, signal });
    for (const { imageId } of look.receipts) requested.add(imageId);
    const erasure = { requested: requested.size };
    if (look.isEmpty) return { ...erasure, done: true };
    for (const { imageId, version } of look.receipts) {
      const wait = { since: version, owner, seconds: computeLeft() / 1_000, signal };
      if (!(await waitUntilSettled(ports, imageId, wait)).settled) return { ...erasure, done: false };
    }
    if (computeLeft() === 0) {
      const { items } = await ports.records.list({ owner, limit: 1 }, { signal });
      return { ...erasure, done: items.length === 0 };
    }
    // What is listed may be older than its record: look again, but not at once.
    await ports.sleep(Math.min(PAUSE, computeLeft()), signal);
  }
}

/** Requests the removal of all that is listed, as far as the time goes, of one page at least. */
async function requestRemovals(
  ports: ErasePorts,
  owner: string,
  {
    computeLeft,
    onRequested,
    signal,
  }: Omit<EraseOptions, "seconds"> & { readonly computeLeft: () => number },
): Promise<{ readonly receipts: readonly Receipt[]; readonly isEmpty: boolean }> {
  const receipts: Receipt[] = [];
  let isEmpty = true;
  const list = (cursor: string | undefined) => ports.records.list({ owner, limit: PAGE, cursor }, { signal });
  for await (const items of iteratePages(list)) {
    isEmpty &&= items.length === 0;
    for (let first = 0; first < items.length; first += AT_ONCE) {
      signal?.throwIfAborted();
      const some = items.slice(first, first + AT_ONCE);
      const asked = some.map(({ imageId }) => requestRemoval(ports, imageId, { owner, signal }));
      for (const receipt of await Promise.all(asked)) {
        if (!receipt) continue;
        receipts.push(receipt);
        onRequested?.(receipt);
      }
    }
    if (computeLeft() === 0) break;
  }
  return { receipts, isEmpty };
}
