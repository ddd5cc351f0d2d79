import { refusal } from "../../domain/model/errors.js";
import { iterateItems } from "../../domain/model/page.js";
import type { FailedDelivery } from "../../domain/model/webhook-delivery.js";
import type { WebhookDeliveries } from "../../ports/webhook-deliveries.js";
import { formatCount, formatTable, print, report, toJsonLine } from "./output.js";

const PAGE_SIZE = 500;
const HEADER = ["ID", "SUBSCRIBER", "EVENT", "ATTEMPTS", "SINCE", "LAST ANSWER", "KEY"];

/** Prints the deliveries to subscribers that were given up: one JSON object a line, or a table. */
export async function printFailedDeliveries(
  deliveries: WebhookDeliveries,
  { json }: { readonly json: boolean },
): Promise<void> {
  const failed: FailedDelivery[] = [];
  const list = (cursor: string | undefined) =>
    deliveries.listFailed({ limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) });
  for await (const one of iterateItems(list))
    if (json) print(toJsonLine(one));
    else failed.push(one);
  if (json) return;
  if (failed.length === 0) return report("no failed deliveries");
  for (const line of formatTable([HEADER, ...failed.map(toRow)])) print(line);
}

/** Makes one delivery that was given up, or `all`, due again. Throws `not-found` for an id that is none of them. */
export async function sendDeliveriesAgain(deliveries: WebhookDeliveries, which: string): Promise<void> {
  const chosen = which === "all" ? which : { id: which };
  const count = await deliveries.sendAgain(chosen, { now: new Date() });
  if (count === 0 && which !== "all")
    throw refusal(
      "not-found",
      "the id of a failed delivery (see: safelight events --failed)",
      "--resend",
      which,
    );
  print(`${formatCount(count, "delivery", "deliveries")} due again: safelight serve sends what is due`);
}

function toRow({ id, subscriber, message, key, attempts, startedAt, lastAnswer }: FailedDelivery): string[] {
  return [id, subscriber, message.type, String(attempts), startedAt, lastAnswer, key];
}
