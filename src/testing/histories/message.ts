import type { Change } from "../../domain/model/change.js";

/** One change on its way to a handler. */
export interface Message {
  change: Change;
  attempt: number;
  inFlight: boolean;
  /** Of a hidden look: whether its writer is still at work, so that nobody may find it. */
  isHidden?: (() => boolean) | undefined;
}
