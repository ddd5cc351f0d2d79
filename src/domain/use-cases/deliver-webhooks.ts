import type { CallOptions } from "../../ports/call-options.js";
import type { WebhookDeliveries } from "../../ports/webhook-deliveries.js";
import { refusalInWords } from "../model/errors.js";
import { DELIVERY_RETENTION } from "../model/webhook-delivery.js";
import type { Needs } from "./ports.js";
import { type Delivered, type DeliverOptions, runLane } from "./subscriber-lane.js";

export type { Delivered, DeliverOptions } from "./subscriber-lane.js";

/** The ports that sending events to subscribers needs. */
export type DeliveringPorts = Needs<
  "webhookDeliveries" | "webhookSender" | "config" | "clock" | "sleep" | "log"
> & {
  /** Where the lanes leave functions that wake them. */
  readonly wakers: Set<() => void>;
};

/** Milliseconds between two looks for what is to be forgotten, and for whom nothing is sent any more. */
const HOUSEKEEPING_INTERVAL = 60_000;

/** Rows that are forgotten in one step: others wait while it writes. */
const PURGED_AT_ONCE = 500;

/**
 * Sends what was handed over to each subscriber, in a lane of its own: one that is slow or dead delays no other, and
 * nothing else. What is not delivered is tried again with growing pauses, for 72 hours. Never rejects because of a
 * subscriber or a store. Throws `invalid-input` if the configuration names subscribers and there is nothing to send with.
 */
export async function deliverWebhooks(
  ports: DeliveringPorts,
  { concurrency = 4, interval = 1_000, finish, signal }: DeliverOptions = {},
): Promise<Delivered> {
  const { webhookDeliveries: deliveries, webhookSender: sender, config } = ports;
  const names = Object.keys(config.webhooks ?? {});
  if (deliveries === undefined || (sender === undefined && names.length > 0))
    throw refusalInWords(
      "invalid-input",
      `${deliveries === undefined ? "webhookDeliveries" : "webhookSender"} among the ports`,
      "deliverWebhooks",
      "none; use a family that keeps them, such as local(...), and webhookSender(...) of safelight/webhooks",
    );
  const given = { ...ports, deliveries };
  await keepHouse(given, names, { signal });
  if (sender === undefined) return { delivered: 0, failed: 0 };
  const finished = new AbortController();
  const lanes = names.map((name) =>
    runLane({ ...given, sender }, { name, concurrency, interval, finish, signal }),
  );
  const house = runHousekeeping(given, names, mergeSignals(finished.signal, signal));
  const done = await Promise.all(lanes);
  finished.abort();
  await house;
  return {
    delivered: done.reduce((sum, { delivered }) => sum + delivered, 0),
    failed: done.reduce((sum, { failed }) => sum + failed, 0),
  };
}

interface HousekeepingPorts extends Needs<"clock" | "sleep" | "log"> {
  readonly deliveries: WebhookDeliveries;
}

/** Forgets what is long done, and gives up what is for nobody. What it cannot do now it does the next time. */
async function keepHouse(
  { deliveries, clock, log }: HousekeepingPorts,
  names: readonly string[],
  { signal }: CallOptions,
): Promise<void> {
  const now = clock();
  try {
    const lastAnswer = "the subscriber is not in the configuration";
    const lost = await deliveries.giveUpOthers(names, { now, lastAnswer, signal });
    if (lost > 0) log("warn", "webhook deliveries of removed subscribers failed", { deliveries: lost });
    const before = new Date(now.getTime() - DELIVERY_RETENTION);
    for (;;) if ((await deliveries.purge(before, { limit: PURGED_AT_ONCE, signal })) < PURGED_AT_ONCE) return;
  } catch (error) {
    if (!signal?.aborted) log("error", "webhook deliveries not readable", { error: String(error) });
  }
}

async function runHousekeeping(
  ports: HousekeepingPorts,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await ports.sleep(HOUSEKEEPING_INTERVAL, signal).catch(() => {});
    if (signal.aborted) return;
    await keepHouse(ports, names, { signal });
  }
}

function mergeSignals(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}
