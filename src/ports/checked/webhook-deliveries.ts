import { invalidInput } from "../../domain/model/errors.js";
import { IMAGE_EVENT_TYPES } from "../../domain/model/image-record.js";
import { originalKey } from "../../domain/model/original-key.js";
import { WEBHOOK_NAME } from "../../domain/model/webhook.js";
import type { WebhookDeliveries } from "../webhook-deliveries.js";
import { checkLimit, checkWholeNumber } from "./arguments.js";
import { readPage } from "./cursors.js";
import { defineGuard } from "./define-guard.js";

/** Webhook deliveries behind the checks of their port: messages, names, times, limits, cursors. See {@link defineGuard}. */
export const guardWebhookDeliveries = defineGuard<WebhookDeliveries>(
  {
    add: ({ id, type, key, body }, subscribers, { now }) => {
      checkId("the id of an event", id);
      if (!IMAGE_EVENT_TYPES.includes(type))
        throw invalidInput(`one of ${IMAGE_EVENT_TYPES.join(", ")}`, "the type of an event", type);
      originalKey(key);
      if (typeof body !== "string" || body === "") throw invalidInput("text", "body", body);
      for (const name of subscribers) checkName(name);
      checkTime("now", now);
    },

    claim: ({ subscriber, now, until, limit }) => {
      checkName(subscriber);
      checkTime("now", now);
      checkTime("until", until);
      checkLimit(limit);
    },

    record: ({ id, attempts }, verdict, { now }) => {
      checkId("id", id);
      checkWholeNumber("attempts", attempts, 1, Number.MAX_SAFE_INTEGER);
      if (verdict.type === "retry") checkTime("at", verdict.at);
      checkTime("now", now);
    },

    giveUpOthers: (subscribers, { now }) => {
      for (const name of subscribers) checkName(name);
      checkTime("now", now);
    },

    listFailed: ({ limit }) => checkLimit(limit),

    sendAgain: (which, { now }) => {
      if (which !== "all") checkId("id", which.id);
      checkTime("now", now);
    },

    purge: (before, { limit }) => {
      checkTime("before", before);
      checkLimit(limit);
    },
  },
  (deliveries) => ({
    listFailed: ({ cursor, limit }, options) =>
      readPage(["failed deliveries"], cursor, (position) =>
        deliveries.listFailed({ limit, ...position }, options),
      ),
  }),
);

function checkName(name: string): void {
  if (!WEBHOOK_NAME.test(name)) throw invalidInput("the name of a subscriber", "subscriber", name);
}

function checkId(name: string, id: string): void {
  if (typeof id !== "string" || !/^[\x21-\x7e]{1,200}$/.test(id))
    throw invalidInput("1 to 200 characters of printable ASCII", name, id);
}

function checkTime(name: string, time: Date): void {
  if (Number.isNaN(time.getTime())) throw invalidInput("a time", name, time);
}
