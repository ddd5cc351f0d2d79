import type { Page } from "../domain/model/page.js";
import type {
  FailedDelivery,
  Verdict,
  WebhookDelivery,
  WebhookMessage,
} from "../domain/model/webhook-delivery.js";
import type { CallOptions } from "./call-options.js";

/** An event for some subscribers. */
export interface HandedOverMessage extends WebhookMessage {
  /** The key of the image, for people. */
  readonly key: string;
}

/** Which deliveries to hand out. */
export interface ClaimQuery {
  readonly subscriber: string;
  /** Deliveries that are due by then are handed out. */
  readonly now: Date;
  /** When what was handed out is due again, unless it was recorded by then: whoever took it has died. */
  readonly until: Date;
  /** Most deliveries to hand out, 1 to 1,000. */
  readonly limit: number;
}

/**
 * The events on their way to subscribers: a row for each event and subscriber, until some days after it was delivered or
 * given up. At least once: whatever happens to whoever sends a delivery, it comes again. All times are the caller's.
 * Every method throws `unavailable` when the rows cannot be reached.
 */
export interface WebhookDeliveries {
  /**
   * Adds a delivery of the message to each of the subscribers, due at once. Durable once it resolves, all or nothing. A
   * message that is known for a subscriber, whatever has become of it, is not added again.
   */
  add(
    message: HandedOverMessage,
    subscribers: readonly string[],
    options: CallOptions & { readonly now: Date },
  ): Promise<void>;

  /**
   * Hands out deliveries of one subscriber that are due, the longest due first; none are handed out twice before
   * `until`. `attempts` counts how often a delivery was handed out. Others' deliveries are not touched: what is due to
   * one subscriber delays no other.
   */
  claim(query: ClaimQuery, options?: CallOptions): Promise<readonly WebhookDelivery[]>;

  /**
   * Records what came of a delivery that was handed out: it is not handed out again, or not before `at`. A delivery
   * that has been handed out again since (to somebody else, by another count of `attempts`) is only ever recorded as
   * delivered. One that is gone, or is no longer pending, is left as it is.
   */
  record(
    delivery: Pick<WebhookDelivery, "id" | "attempts">,
    verdict: Verdict,
    options: CallOptions & { readonly now: Date },
  ): Promise<void>;

  /** Gives up what is pending for any but these subscribers, with the answer `lastAnswer`; resolves to how many that are. */
  giveUpOthers(
    subscribers: readonly string[],
    options: CallOptions & { readonly now: Date; readonly lastAnswer: string },
  ): Promise<number>;

  /** A page of the deliveries that were given up, the one that was added last first. */
  listFailed(
    query: { readonly limit: number; readonly cursor?: string },
    options?: CallOptions,
  ): Promise<Page<FailedDelivery>>;

  /**
   * Makes deliveries that were given up pending and due again, as if they had just been added: one by its id, or all.
   * Resolves to how many that are; an id that is gone or was not given up is none.
   */
  sendAgain(
    which: { readonly id: string } | "all",
    options: CallOptions & { readonly now: Date },
  ): Promise<number>;

  /** Forgets what was delivered or given up before this time, at most `limit` rows; resolves to how many that are. */
  purge(before: Date, options: CallOptions & { readonly limit: number }): Promise<number>;
}
