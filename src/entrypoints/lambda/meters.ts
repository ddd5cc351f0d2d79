import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { CODE_DIMENSION, METRICS, METRICS_NAMESPACE, SERVICE } from "./metric-names.js";

export { CODE_DIMENSION, METRICS, METRICS_NAMESPACE, SERVICE } from "./metric-names.js";

/** Counts what happens during an invocation, in CloudWatch's Embedded Metric Format on standard output. */
export class Meters {
  readonly #metrics = new Metrics({
    namespace: process.env.POWERTOOLS_METRICS_NAMESPACE || METRICS_NAMESPACE,
    serviceName: process.env.POWERTOOLS_SERVICE_NAME || SERVICE,
  });

  /** Counts the first invocation of a process as a cold start. */
  begin(functionName: string): void {
    this.#metrics.captureColdStartMetric(functionName);
  }

  count(name: keyof typeof METRICS, times = 1): void {
    this.#metrics.addMetric(METRICS[name], MetricUnit.Count, times);
  }

  bytes(name: "bytesIn" | "bytesOut", bytes: number): void {
    this.#metrics.addMetric(METRICS[name], MetricUnit.Bytes, bytes);
  }

  duration(milliseconds: number): void {
    this.#metrics.addMetric(METRICS.duration, MetricUnit.Milliseconds, milliseconds);
  }

  rejected(code: string): void {
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
