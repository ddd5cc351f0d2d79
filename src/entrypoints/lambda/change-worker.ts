import type { Delivery } from "../../domain/model/change.js";
import { SafelightError } from "../../domain/model/errors.js";
import { imageIdOf } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { definePipeline, type Pipeline, type PipelinePorts } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import { measuredPorts } from "./measured-ports.js";
import type { Invocation, Message } from "./messages.js";
import type { Meters } from "./meters.js";
import type { Traced } from "./tracing.js";

/** What Lambda is told about a batch of a queue: which of its messages are to come again. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** How a worker tells what it does. */
export interface Telemetry {
  readonly log: Log;
  readonly meters: Meters;
  readonly traced: Traced;
}

/** Settles what invocations bring, one change at a time: a function's memory is meant for one picture. */
export class ChangeWorker {
  readonly #pipeline: Pipeline;
  readonly #telemetry: Telemetry;
  /** What the change in hand came to, as far as anything was committed. */
  #settled: ImageRecord[] = [];

  constructor(ports: PipelinePorts, telemetry: Telemetry) {
    this.#telemetry = telemetry;
    const settled = (record: ImageRecord) => this.#settled.push(record);
    this.#pipeline = definePipeline(measuredPorts(ports, telemetry.meters, settled));
  }

  /**
   * Settles every message. Of a queue, resolves to those that must come again; otherwise throws `unavailable` at the
   * end if something must, so that Lambda invokes with the same event again. What cannot be read comes again too,
   * until it lies with the dead letters, where people see it.
   */
  async run({ queued, messages }: Invocation, signal: AbortSignal): Promise<BatchResponse | undefined> {
    const failed: Message[] = [];
    for (const message of messages) if (!(await this.#done(message, signal))) failed.push(message);
    if (queued) return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
    if (failed.length === 0) return undefined;
    throw new SafelightError(
      "unavailable",
      "expected every change in the event to be settled but some were not; the log says which",
    );
  }

  async #done({ id, deliveries, unreadable }: Message, signal: AbortSignal): Promise<boolean> {
    const { log, meters } = this.#telemetry;
    for (const reason of unreadable) log("error", "unreadable message", { messageId: id, reason });
    if (unreadable.length > 0) meters.count("unreadable", unreadable.length);
    let failures = unreadable.length;
    for (const delivery of deliveries) if (!(await this.#isSettled(delivery, signal))) failures += 1;
    return failures === 0;
  }

  async #isSettled(delivery: Delivery, signal: AbortSignal): Promise<boolean> {
    const { log, meters, traced } = this.#telemetry;
    const { change, receives } = delivery;
    const about = { imageId: imageIdOf(change.key), key: change.key, type: change.type, receives };
    const began = performance.now();
    this.#settled = [];
    try {
      await traced("settle", { imageId: about.imageId, type: change.type }, () =>
        this.#pipeline.settle(delivery, { signal }),
      );
      this.#count();
      log("info", "settled", { ...about, outcome: this.#settled.at(-1)?.status ?? "superseded" });
      return true;
    } catch (error) {
      // A commit may have happened before: what it owes is paid when the change comes again.
      if (this.#settled.length > 0) this.#count();
      meters.count("failed");
      log("warn", "change not settled", { ...about, error: reasonOf(error) });
      return false;
    } finally {
      meters.duration(performance.now() - began);
    }
  }

  #count(): void {
    const { meters } = this.#telemetry;
    if (this.#settled.length === 0) meters.count("superseded");
    for (const { status, failure } of this.#settled) {
      if (status === "ready") meters.count("processed");
      else if (status === "rejected") meters.rejected(failure?.code ?? "internal");
      else if (status === "removed") meters.count("removed");
    }
  }
}

/** The error and what caused it, in one line. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? ` because of ${error.cause}` : "";
  return `${error}${cause}`;
}
