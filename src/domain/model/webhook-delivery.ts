import type { ImageEventType } from "./image-record.js";

/** One event on its way to one subscriber. */
export interface WebhookDelivery {
  /** Unique among all deliveries. */
  readonly id: string;
  /** The name of the subscriber in the configuration. */
  readonly subscriber: string;
  readonly message: WebhookMessage;
  /** How often it was handed out to be sent. */
  readonly attempts: number;
  /** When it was handed out first, since it was handed over or sent anew. ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** An event as every subscriber receives it, however often it is sent. */
export interface WebhookMessage {
  /** The event's id, which subscribers drop repeats by: `webhook-id`. */
  readonly id: string;
  readonly type: ImageEventType;
  /** The event as JSON: the body of each request, byte for byte. */
  readonly body: string;
}

/** A delivery that was given up. */
export interface FailedDelivery extends Omit<WebhookDelivery, "message"> {
  readonly message: Pick<WebhookMessage, "id" | "type">;
  /** The key of the image. */
  readonly key: string;
  readonly failedAt: string;
  /** The outcome of the last attempt, such as `503` or `no answer in 20 seconds`. */
  readonly lastAnswer: string;
}

/** The answer of a subscriber, or why there was none. */
export type WebhookAnswer =
  | {
      readonly status: number;
      /** How long it asks to be left alone, in seconds. */
      readonly retryAfter?: number;
    }
  | { readonly error: string };

/** The decision about a delivery after an attempt. */
export type Verdict =
  | { readonly type: "delivered" }
  | { readonly type: "retry"; readonly at: Date; readonly answer: string }
  | { readonly type: "failed"; readonly answer: string };

/** A delivery is tried for so long, in milliseconds, from its first attempt on: 72 hours. */
export const DELIVERY_PERIOD = 72 * 60 * 60 * 1_000;

/** How long a delivery is remembered once it is done, in milliseconds: 7 days. Until then, the same event is not sent again. */
export const DELIVERY_RETENTION = 7 * 24 * 60 * 60 * 1_000;

/** The longest that a subscriber may ask to be left alone, in milliseconds. */
const MOST_PATIENCE = 24 * 60 * 60 * 1_000;

/**
 * Seconds between two attempts, as Standard Webhooks recommends: 5 seconds, 5 and 30 minutes, 2, 5, 10, 14 and 20
 * hours. The last attempt is made when the 72 hours are over.
 */
const PAUSES = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600];

/** By how much a pause may be longer than planned, as a fraction: what failed together is not tried together again. */
const JITTER = 0.1;

/** A delivery was tried so often, for so long. */
export interface Tried extends Pick<WebhookDelivery, "attempts" | "startedAt"> {}

/**
 * Decides what becomes of a delivery. 2xx is delivered; a redirect is not followed and fails like any other status; 410
 * (Gone) is final; all else is tried again until 72 hours after the first attempt. `random` is from 0 to 1.
 */
export function decideVerdict(
  answer: WebhookAnswer,
  { attempts, startedAt }: Tried,
  { now, random }: { readonly now: Date; readonly random: number },
): Verdict {
  const words = describeAnswer(answer);
  if ("status" in answer && answer.status >= 200 && answer.status < 300) return { type: "delivered" };
  const end = Date.parse(startedAt) + DELIVERY_PERIOD;
  const isGone = "status" in answer && answer.status === 410;
  if (isGone || now.getTime() >= end) return { type: "failed", answer: words };
  const planned = (PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? 0) * 1_000 * (1 + JITTER * random);
  const pause = Math.max(planned, readPatience(answer));
  return { type: "retry", at: new Date(Math.min(now.getTime() + pause, end)), answer: words };
}

/** Statuses that say that a subscriber has too much to do. */
const OVERLOADED: readonly number[] = [429, 502, 503, 504];

/** Milliseconds for which nothing at all is sent to a subscriber, because it has too much to do. */
export function readRest(answer: WebhookAnswer): number {
  if (!("status" in answer) || !OVERLOADED.includes(answer.status)) return 0;
  return readPatience(answer) || (PAUSES[0] ?? 0) * 1_000;
}

function readPatience(answer: WebhookAnswer): number {
  const { retryAfter = 0 } = "status" in answer ? answer : {};
  return Math.min(Math.max(0, retryAfter * 1_000), MOST_PATIENCE);
}

function describeAnswer(answer: WebhookAnswer): string {
  return "status" in answer ? String(answer.status) : answer.error;
}
