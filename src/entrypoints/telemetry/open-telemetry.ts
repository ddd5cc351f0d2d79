import { createRequire } from "node:module";
import { SafelightError } from "../../domain/model/errors.js";
import { CODE_DIMENSION, METRICS, METRICS_NAMESPACE } from "./metric-names.js";
import type { ProcessTelemetry } from "./process-telemetry.js";

type Attributes = Readonly<Record<string, string>>;

/** As much of a span as is needed. */
interface Span {
  setStatus(status: { readonly code: number; readonly message: string }): unknown;
  recordException(error: Error): void;
  end(): void;
}

/** As much of `@opentelemetry/api` as is needed. */
interface Api {
  readonly metrics: {
    getMeter(name: string): {
      createCounter(
        name: string,
        how: { unit: string },
      ): { add(value: number, attributes: Attributes): void };
      createHistogram(name: string, how: { unit: string }): { record(value: number): void };
    };
  };
  readonly trace: {
    getTracer(name: string): {
      startActiveSpan<Result>(
        name: string,
        how: { readonly attributes: Attributes },
        work: (span: Span) => Result,
      ): Result;
    };
  };
  readonly SpanStatusCode: { readonly ERROR: number };
}

/** The metrics that are sums, with the units by which OpenTelemetry knows them. */
const UNITS = {
  processed: "{original}",
  rejected: "{original}",
  removed: "{original}",
  superseded: "{change}",
  taggingFailed: "{failure}",
  failed: "{change}",
  unreadable: "{part}",
  invalidated: "{path}",
  invalidationAge: "s",
  differing: "{image}",
  reconciled: "{image}",
  reconcileFailed: "{run}",
  bytesIn: "By",
  bytesOut: "By",
} as const satisfies Readonly<Record<Exclude<keyof typeof METRICS, "duration">, string>>;

/**
 * Counts and traces by the API of OpenTelemetry, with the names that the metrics have in CloudWatch. Where they go is up to
 * the SDK that the process has registered before; without one they go nowhere. Throws `invalid-input` where the
 * package `@opentelemetry/api` is not installed.
 */
export function loadOpenTelemetry(): ProcessTelemetry {
  const { metrics, trace, SpanStatusCode } = requireApi();
  const meter = metrics.getMeter(METRICS_NAMESPACE);
  const tracer = trace.getTracer(METRICS_NAMESPACE);
  const duration = meter.createHistogram(METRICS.duration, { unit: "ms" });
  const counters = new Map(
    Object.entries(UNITS).map(([name, unit]) => [
      name,
      meter.createCounter(METRICS[name as keyof typeof UNITS], { unit }),
    ]),
  );
  const add = (name: string, value: number, attributes: Attributes = {}) =>
    counters.get(name)?.add(value, attributes);
  const recordFailure = (span: Span, error: unknown) => {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    if (error instanceof Error) span.recordException(error);
  };
  return {
    meters: {
      count: (name, times = 1) => add(name, times),
      countBytes: (name, bytes) => add(name, bytes),
      recordDuration: (milliseconds) => duration.record(milliseconds),
      // The sum over all codes is made of the parts.
      countRejection: (code) => add("rejected", 1, { [CODE_DIMENSION]: code }),
    },
    traceWork: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          recordFailure(span, error);
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}

/** Found where users install it, as whatever else is theirs to choose. */
function requireApi(): Api {
  try {
    return createRequire(import.meta.url)("@opentelemetry/api") as Api;
  } catch (cause) {
    const message =
      "expected the package @opentelemetry/api for SAFELIGHT_TELEMETRY but it is not installed; run npm install @opentelemetry/api";
    throw new SafelightError("invalid-input", message, { cause });
  }
}
