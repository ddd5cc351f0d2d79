import type { CallOptions } from "../../ports/call-options.js";
import type { WebhookDeliveries } from "../../ports/webhook-deliveries.js";
import type { WebhookSender } from "../../ports/webhook-sender.js";
import { decideVerdict, readRest, type Verdict, type WebhookDelivery } from "../model/webhook-delivery.js";
import type { Needs } from "./ports.js";
import { createWaker, type Waker } from "./waker.js";

/** How events are sent to subscribers. An aborted `signal` ends it: what is not delivered stays due. */
export interface DeliverOptions extends CallOptions {
  /** Requests to one subscriber at a time. Default 4. */
  readonly concurrency?: number;
  /** Milliseconds between two looks for what other processes have handed over. Default 1,000. */
  readonly interval?: number;
  /** Aborted: it ends when nothing is due. */
  readonly finish?: AbortSignal;
}

/** The deliveries that came to an end. */
export interface Delivered {
  readonly delivered: number;
  /** Deliveries that were given up. The log says why, and `listFailed` of the deliveries lists them. */
  readonly failed: number;
}

/** The ports of a lane. */
export interface LanePorts extends Needs<"clock" | "sleep" | "log"> {
  readonly deliveries: WebhookDeliveries;
  readonly sender: WebhookSender;
  readonly wakers: Set<() => void>;
}

/** How a lane works. See {@link DeliverOptions}. */
export interface LaneOptions extends DeliverOptions {
  /** The subscriber. */
  readonly name: string;
  readonly concurrency: number;
  readonly interval: number;
}

/**
 * Milliseconds until a delivery that was taken and not recorded is due again. Longer than a request may take, so that
 * only the deliveries of a process that died are sent by another one.
 */
const LEASE = 60_000;

/** Sends to one subscriber, until `signal` is aborted. Resolves once nothing is being sent any more. */
export function runLane(ports: LanePorts, options: LaneOptions): Promise<Delivered> {
  return new SubscriberLane(ports, options).run();
}

/** Sends to one subscriber, a few requests at a time, until its signal is aborted. */
class SubscriberLane {
  readonly #ports: LanePorts;
  readonly #options: LaneOptions;
  readonly #waker: Waker;
  #restUntil = 0;
  #delivered = 0;
  #failed = 0;

  constructor(ports: LanePorts, options: LaneOptions) {
    this.#ports = ports;
    this.#options = options;
    const { sleep, wakers } = ports;
    const { signal, finish } = options;
    this.#waker = createWaker({ signal, sleep, wakers, ends: [finish] });
  }

  /** Resolves once nothing is being sent any more. */
  async run(): Promise<Delivered> {
    const { signal, interval } = this.#options;
    try {
      while (!signal?.aborted && !(await this.#look())) await this.#waker.wait(interval);
    } finally {
      this.#waker.close();
      await Promise.all(this.#waker.working);
    }
    return { delivered: this.#delivered, failed: this.#failed };
  }

  /** Takes what is due, as far as there is room; resolves to whether this was the last look. */
  async #look(): Promise<boolean> {
    const { finish } = this.#options;
    this.#waker.beginLook();
    const claimed = await this.#claim();
    for (const delivery of claimed ?? []) this.#waker.follow(this.#send(delivery));
    const isIdle = claimed?.length === 0 && this.#waker.working.size === 0 && !this.#waker.isAwake();
    return isIdle && (finish?.aborted ?? false);
  }

  /** `undefined`: it is not known what is due. */
  async #claim(): Promise<readonly WebhookDelivery[] | undefined> {
    const { name: subscriber, concurrency, signal } = this.#options;
    const { deliveries, clock, log } = this.#ports;
    const limit = concurrency - this.#waker.working.size;
    const now = clock();
    if (now.getTime() < this.#restUntil) return [];
    if (limit <= 0) return undefined;
    try {
      const until = new Date(now.getTime() + LEASE);
      return await deliveries.claim({ subscriber, now, until, limit }, { signal });
    } catch (error) {
      if (!signal?.aborted)
        log("error", "webhook deliveries not readable", { subscriber, error: String(error) });
      return undefined;
    }
  }

  async #send(delivery: WebhookDelivery): Promise<void> {
    const { deliveries, log } = this.#ports;
    const { name: subscriber } = this.#options;
    const { id, attempts, message } = delivery;
    const verdict = await this.#try(delivery);
    const fields = { subscriber, event: message.id, attempts };
    if (verdict.type === "failed")
      log("warn", "webhook delivery failed", { ...fields, answer: verdict.answer });
    if (verdict.type === "retry")
      log("info", "webhook not delivered yet", { ...fields, answer: verdict.answer, again: verdict.at });
    try {
      // Without the signal: what is known now is written down, also by a process that ends.
      await deliveries.record({ id, attempts }, verdict, { now: this.#ports.clock() });
      if (verdict.type === "delivered") this.#delivered += 1;
      if (verdict.type === "failed") this.#failed += 1;
    } catch (error) {
      // It is due again when its time with this process is over.
      log("warn", "webhook delivery not recorded", { ...fields, error: String(error) });
    }
  }

  async #try(delivery: WebhookDelivery): Promise<Verdict> {
    const { sender, clock } = this.#ports;
    const { name, signal } = this.#options;
    try {
      const answer = await sender.send(name, delivery.message, { now: clock(), signal });
      const now = clock();
      this.#restUntil = Math.max(this.#restUntil, now.getTime() + readRest(answer));
      return decideVerdict(answer, delivery, { now, random: Math.random() });
    } catch (error) {
      const now = clock();
      if (signal?.aborted) return { type: "retry", at: now, answer: "the sender was stopped" };
      return decideVerdict({ error: String(error) }, delivery, { now, random: Math.random() });
    }
  }
}
