import { AsyncLocalStorage } from "node:async_hooks";
import type { Tracer } from "@aws-lambda-powertools/tracer";
import type { TraceCall } from "../../adapters/aws/trace-calls.js";
import { SERVICE } from "../telemetry/metric-names.js";
import { memoize } from "./memoize.js";

/* Traces of the functions in X-Ray, on Powertools. Its variables (POWERTOOLS_...) apply. */

/** A segment of a trace, or a part of one. */
type Segment = NonNullable<ReturnType<Tracer["getSegment"]>>;
type Part = ReturnType<Segment["addNewSubsegment"]>;

/** Loaded by the first request that Lambda samples: most are not, and those are not to wait for it. */
const loadTracer = memoize(async () => {
  const { Tracer } = await import("@aws-lambda-powertools/tracer");
  const serviceName = process.env.POWERTOOLS_SERVICE_NAME || SERVICE;
  const tracer = new Tracer({ serviceName, captureHTTPsRequests: false });
  // X-Ray leaves Lambda's own segment in the context in which it was loaded, where later requests would miss it.
  return { tracer, serviceName, request: tracer.getSegment() as LambdaSegment | undefined };
});

/** Lambda's own segment stands for every request of a process, and is told when it is another one. */
type LambdaSegment = Segment & { resolveLambdaTraceData?(): void };

/** The part of the trace within which something is done. */
const parts = new AsyncLocalStorage<Part>();

/**
 * Does `work` within a part of the trace that is called `name` and is found by its annotations, for requests that
 * Lambda samples; for other requests, and outside of Lambda, it only does the work.
 */
export async function traceWork<T>(
  name: string,
  annotations: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  return tracePart(name, work, (part, service) => {
    part.addAnnotation("Service", service);
    for (const [key, value] of Object.entries(annotations)) part.addAnnotation(key, value);
  });
}

/** Sends a call of a service within a part of the trace of its own, as X-Ray shows calls of AWS. */
export const traceCall: TraceCall = ({ service, operation }, send) =>
  tracePart(service, send, (part) => {
    part.namespace = "aws";
    part.addAttribute("aws", { operation, region: process.env.AWS_REGION });
  });

async function tracePart<T>(
  name: string,
  work: () => Promise<T>,
  describe: (part: Part, service: string) => void,
): Promise<T> {
  if (!process.env._X_AMZN_TRACE_ID?.includes("Sampled=1")) return work();
  const { tracer, serviceName, request } = await loadTracer();
  if (!tracer.isTracingEnabled() || !request) return work();
  const outer = parts.getStore();
  if (!outer) request.resolveLambdaTraceData?.();
  const part = (outer ?? request).addNewSubsegment(name);
  describe(part, serviceName);
  try {
    return await parts.run(part, work);
  } catch (error) {
    tagFailure(part, error);
    throw error;
  } finally {
    part.close();
  }
}

/** A service that refuses, such as for a file that is not there, is no fault in a trace: often it is only an answer. */
function tagFailure(part: Part, error: unknown): void {
  if (!(error instanceof Error)) return;
  const { httpStatusCode: status = 500 } =
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  if (status === 429) part.addThrottleFlag();
  else if (status < 500) part.addErrorFlag();
  else part.addError(error);
}
