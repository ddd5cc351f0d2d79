import { SERVICE } from "./meters.js";
import { once } from "./once.js";

/** Does `work` within a part of the trace that is called `name` and is found by its annotations. */
export type Traced = <T>(
  name: string,
  annotations: Readonly<Record<string, string>>,
  work: () => Promise<T>,
) => Promise<T>;

/** Loaded by the first request that Lambda samples: most are not, and those are not to wait for it. */
const sampled = once(async () => {
  const { Tracer } = await import("@aws-lambda-powertools/tracer");
  const tracer = new Tracer({
    serviceName: process.env.POWERTOOLS_SERVICE_NAME || SERVICE,
    captureHTTPsRequests: false,
  });
  // X-Ray leaves Lambda's own segment in the context in which it was loaded, where later requests would miss it.
  return { tracer, request: tracer.getSegment() };
});

/** Traces with X-Ray what Lambda sampled; for everything else, and anywhere else, it only does the work. */
export const traced: Traced = async (name, annotations, work) => {
  if (!process.env._X_AMZN_TRACE_ID?.includes("Sampled=1")) return work();
  const { tracer, request } = await sampled();
  if (!tracer.isTracingEnabled() || !request) return work();
  return tracer.provider.getNamespace().runAndReturn(async () => {
    const part = request.addNewSubsegment(name);
    tracer.setSegment(part);
    try {
      for (const [key, value] of Object.entries(annotations)) tracer.putAnnotation(key, value);
      return await work();
    } catch (error) {
      if (error instanceof Error) tracer.addErrorAsMetadata(error);
      throw error;
    } finally {
      part.close();
    }
  });
};
