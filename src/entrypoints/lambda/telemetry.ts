import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import type { Log } from "../../ports/log.js";
import type { Meters } from "../telemetry/meters.js";
import { CODE_DIMENSION, METRICS, METRICS_NAMESPACE, SERVICE } from "../telemetry/metric-names.js";
import { escapeFields } from "./escape-fields.js";

/*
 * Logs and metrics of the functions, on Powertools. Its variables (POWERTOOLS_...) apply. The bundle of `process` loads it
 * when it is used: there is time for that while the first request waits for its answer.
 */

const serviceName = process.env.POWERTOOLS_SERVICE_NAME || SERVICE;

/** The log port: one line of JSON an entry, the fields beside the message, nothing invisible in them. */
export interface FunctionLog extends Log {
  /** Every later line of this invocation has the id of its request. */
  begin(requestId: string): void;
}

/** A log for one function. */
export function createFunctionLog(): FunctionLog {
  const logger = new Logger({ serviceName });
  let requestId: string | undefined;
  const log: Log = (level, message, fields = {}) =>
    logger[level](escapeInvisible(message), { requestId, fields: escapeFields(fields) });
  return Object.assign(log, {
    begin: (id: string) => {
      requestId = id;
    },
  });
}

/** Counts what happens during an invocation, in CloudWatch's Embedded Metric Format on standard output. */
export class FunctionMeters implements Meters {
  readonly #metrics = new Metrics({
    namespace: process.env.POWERTOOLS_METRICS_NAMESPACE || METRICS_NAMESPACE,
    serviceName,
  });

  #functionName: string | undefined;
  #isColdStartCounted = false;

  /** Counts the first invocation of a process as a cold start, once its first request is on its way or it has ended. */
  begin(functionName: string): void {
    this.#functionName = functionName;
    setImmediate(() => this.#countColdStart());
  }

  count(name: keyof typeof METRICS, times = 1): void {
    this.#metrics.addMetric(METRICS[name], "Count", times);
  }

  countBytes(name: "bytesIn" | "bytesOut", bytes: number): void {
    this.#metrics.addMetric(METRICS[name], "Bytes", bytes);
  }

  recordDuration(milliseconds: number): void {
    this.#metrics.addMetric(METRICS.duration, "Milliseconds", milliseconds);
  }

  recordInvalidationAge(seconds: number): void {
    this.#metrics.addMetric(METRICS.invalidationAge, "Seconds", seconds);
  }

  countRejection(code: string): void {
    this.count("rejected");
    const byCode = this.#metrics.singleMetric();
    byCode.addDimension(CODE_DIMENSION, code);
    byCode.addMetric(METRICS.rejected, "Count", 1);
  }

  /** Writes what was counted; nothing if nothing was. */
  end(): void {
    this.#countColdStart();
    if (this.#metrics.hasStoredMetrics()) this.#metrics.publishStoredMetrics();
  }

  #countColdStart(): void {
    if (this.#isColdStartCounted) return;
    this.#isColdStartCounted = true;
    this.#metrics.captureColdStartMetric(this.#functionName);
  }
}
