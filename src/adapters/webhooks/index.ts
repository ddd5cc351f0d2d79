export type { Environment } from "./secrets.js";
export { type WebhookSenderOptions, webhookSender } from "./sender.js";
