import type { CallOptions } from "../../ports/call-options.js";
import { type Attempt, type Change, deriveVersion, FIRST_ATTEMPT } from "../model/change.js";
import { SafelightError } from "../model/errors.js";
import { deriveImageId } from "../model/image-id.js";
import { compareVersions } from "../model/version.js";
import { type SettlePorts, settleChange } from "./settle-change.js";
import { drainQueue } from "./work-queue.js";

/**
 * Sees to it that a change which the queue holds is settled when this resolves. If the queue does not hand it out,
 * because somebody else has it in hand or because settling it failed, it is settled here, where the caller sees why not.
 * `isFinal`: the caller does not try again.
 */
export async function settleNow(
  ports: SettlePorts,
  change: Change,
  { isFinal = false, signal }: CallOptions & Partial<Pick<Attempt, "isFinal">> = {},
): Promise<void> {
  const { key } = change;
  await drainQueue(ports, { key, signal });
  const record = await ports.records.get(deriveImageId(key), { signal });
  if (record && compareVersions(record.version, deriveVersion(change, record.version)) >= 0) return;
  const { outcome } = await settleChange(ports, change, { ...FIRST_ATTEMPT, isFinal }, { signal });
  if (outcome === "postponed")
    throw new SafelightError(
      "unavailable",
      "moderation is required but the tagger failed; the image is judged later",
    );
  // A change that failed before is superseded now. Left in the queue, it would look like work that an earlier run has left.
  await drainQueue(ports, { key, signal });
}
