import type { Delivery, ImageRequest } from "../../../domain/model/change.js";
import { version } from "../../../domain/model/version.js";
import type { ChangeQueue } from "../../change-queue.js";

export function createRequest(key: string, revision = 1): ImageRequest {
  return { type: "process", key, version: version({ sequencer: "0A1", revision }) };
}

export function pickChanges(deliveries: readonly Delivery[]): readonly Delivery["change"][] {
  return deliveries.map(({ change }) => change);
}

/** Receives until there are `limit` changes or none is left: one answer may hold fewer than there are. */
export async function take(
  queue: Pick<ChangeQueue, "receive">,
  { limit }: { limit: number },
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  while (deliveries.length < limit) {
    const more = await queue.receive({ limit: limit - deliveries.length });
    if (more.length === 0) break;
    deliveries.push(...more);
  }
  return deliveries;
}

/** As {@link take}, of one key. */
export function takeByKey(queue: ChangeQueue, key: string, limit = 9): Promise<readonly Delivery[]> {
  return take({ receive: async (options) => (await queue.receiveByKey?.(key, options)) ?? [] }, { limit });
}

export async function acknowledgeAll(queue: ChangeQueue, deliveries: readonly Delivery[]): Promise<void> {
  for (const { id } of deliveries) await queue.acknowledge(id);
}
