import { type WebhookSenderOptions, webhookSender } from "../../adapters/webhooks/index.js";
import { type Module, override } from "./module.js";
import { tokens } from "./ports.js";

/** Provides the sender of events, for the process that sends them. `compose` throws `invalid-input` for a secret that is not there. */
export function webhooksModule(options: WebhookSenderOptions): Module {
  return override(tokens.webhookSender, () => webhookSender(options));
}
