import { decorate } from "../checked/decorate.js";
import { guardWebhookDeliveries } from "../checked/index.js";
import type { WebhookDeliveries } from "../webhook-deliveries.js";
import { type Contract, prepareLaws } from "./contract.js";
import { CLAIMING_LAWS } from "./webhook-deliveries/claiming-laws.js";
import type { WebhookDeliveriesHarness } from "./webhook-deliveries/harness.js";
import { RECORDING_LAWS } from "./webhook-deliveries/recording-laws.js";

export type { WebhookDeliveriesHarness } from "./webhook-deliveries/harness.js";

/** Everything that `WebhookDeliveries` promises. */
export const webhookDeliveriesContract: Contract<WebhookDeliveriesHarness> = {
  name: "WebhookDeliveries",
  laws: prepareLaws(guardDeliveries, [...CLAIMING_LAWS, ...RECORDING_LAWS]),
};

/** The harness with all deliveries of it behind their port's checks. */
function guardDeliveries(harness: WebhookDeliveriesHarness): WebhookDeliveriesHarness {
  const { deliveries, restart } = harness;
  const guardOpen = (open?: () => Promise<WebhookDeliveries>) =>
    open && (async () => guardWebhookDeliveries(await open.call(harness)));
  return decorate(harness, {
    deliveries: guardWebhookDeliveries(deliveries),
    restart: guardOpen(restart),
  });
}
