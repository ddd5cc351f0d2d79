import type { Etag } from "./etag.js";
import { deriveChangeVersion, type Version } from "./version.js";

/**
 * A store's change to an original: it was created, it was removed, or something happened that only a look can
 * tell (one version of a versioned object was deleted, a lifecycle rule ran). Delivered at least once, in any order: its
 * place among the changes of its key is the `sequencer`, 1 to 128 characters of `0-9 A-Z a-z _` that are compared by
 * ASCII code. Who numbers changes pads the numbers with zeros.
 */
export type OriginalChange =
  | { readonly type: "created"; readonly key: string; readonly sequencer: string; readonly etag: Etag }
  | { readonly type: "removed"; readonly key: string; readonly sequencer: string }
  | { readonly type: "unknown"; readonly key: string; readonly sequencer: string };

/**
 * A request: process this original (again), or remove the image everywhere. Its version is fixed when the request is
 * made, so that a redelivered request is recognized as done.
 */
export type ImageRequest =
  | {
      readonly type: "process";
      readonly key: string;
      readonly version: Version;
      /** Render everything again, even if the image is settled under the current configuration. */
      readonly force?: true;
      /** Make the CDN drop everything that was published of the image so far. */
      readonly invalidate?: true;
    }
  | { readonly type: "remove"; readonly key: string; readonly version: Version };

/** Everything that can be settled. */
export type Change = OriginalChange | ImageRequest;

/** A change as a queue hands it to a handler. */
export interface Delivery {
  /** The queue's own name for this change, to acknowledge it by. */
  readonly id: string;
  readonly change: Change;
  /** How often this change has been handed out, this time included: 1 the first time. */
  readonly attempt: number;
  /** Whether the queue gives up on the change after this attempt. */
  readonly isFinalAttempt?: boolean;
}

/** Whether a change is a request and not a store's own change. */
export function isImageRequest(change: Change): change is ImageRequest {
  return change.type === "process" || change.type === "remove";
}

/** Default number of attempts before a queue gives up on a change. */
export const MAX_ATTEMPTS = 5;

/** One try to settle a change. */
export interface Attempt {
  /** How often the change was begun, this time included. */
  readonly number: number;
  /** Whether it will not be begun again. */
  readonly isFinal: boolean;
}

/** Of a change that nobody has begun yet. */
export const FIRST_ATTEMPT: Attempt = { number: 1, isFinal: false };

/** The attempt of a delivery. If the queue does not say which one is final, it is attempt {@link MAX_ATTEMPTS}. */
export function toAttempt({ attempt, isFinalAttempt = attempt >= MAX_ATTEMPTS }: Delivery): Attempt {
  return { number: attempt, isFinal: isFinalAttempt };
}

/**
 * The version that settling the change gives to an image whose record is at `met` (`undefined`: no record yet). Throws
 * `invalid-input` for a change with a sequencer that no change can have.
 */
export function deriveVersion(change: Change, met: Version | undefined): Version {
  return isImageRequest(change) ? change.version : deriveChangeVersion(change.sequencer, met);
}
