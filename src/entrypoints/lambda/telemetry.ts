import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import type { Log } from "../../ports/log.js";
import type { Meters } from "../telemetry/meters.js";
import { CODE_DIMENSION, METRICS, METRICS_NAMESPACE, SERVICE } from "../telemetry/metric-names.js";
import { escapeFields } from "./escape-fields.js";

/* Logs and metrics of the functions, on Powertools. Its variables (POWERTOOLS_...) apply. */

const serviceName = process.env.POWERTOOLS_SERVICE_NAME || SERVICE;

/** The log port: one line of JSON an entry, the fields beside the message, nothing invisible in them. */
export interface FunctionLog extends Log {
  /** Every later line of this invocation has the id of its request. */
  begin(requestId: string): void;
}

/** A log for one function. */
export function createFunctionLog(): FunctionLog {
  const logger = new Logger({ serviceName });
  const log: Log = (level, message, fields = {}) =>
    logger[level](escapeInvisible(message), { fields: escapeFields(fields) });
  return Object.assign(log, { begin: (requestId: string) => logger.appendKeys({ requestId }) });
}

/** Counts what happens during an invocation, in CloudWatch's Embedded Metric Format on standard output. */
export class FunctionMeters implements Meters {
  readonly #metrics = new Metrics({
    namespace: process.env.POWERTOOLS_METRICS_NAMESPACE || METRICS_NAMESPACE,
    serviceName,
  });

  /** Counts the first invocation of a process as a cold start. */
  begin(functionName: string): void {
    this.#metrics.captureColdStartMetric(functionName);
  }

  count(name: keyof typeof METRICS, times = 1): void {
    this.#metrics.addMetric(METRICS[name], MetricUnit.Count, times);
  }

  countBytes(name: "bytesIn" | "bytesOut", bytes: number): void {
    this.#metrics.addMetric(METRICS[name], MetricUnit.Bytes, bytes);
  }

  recordDuration(milliseconds: number): void {
    this.#metrics.addMetric(METRICS.duration, MetricUnit.Milliseconds, milliseconds);
  }

  recordInvalidationAge(seconds: number): void {
    this.#metrics.addMetric(METRICS.invalidationAge, MetricUnit.Seconds, seconds);
  }

  countRejection(code: string): void {
    this.count("rejected");
    const byCode = this.#metrics.singleMetric();
    byCode.addDimension(CODE_DIMENSION, code);
    byCode.addMetric(METRICS.rejected, MetricUnit.Count, 1);
  }

  /** Writes what was counted; nothing if nothing was. */
  end(): void {
    if (this.#metrics.hasStoredMetrics()) this.#metrics.publishStoredMetrics();
  }
}
