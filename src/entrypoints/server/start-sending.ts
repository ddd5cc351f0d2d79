import type { Pipeline } from "../../domain/pipeline.js";

/** Events on their way to subscribers. */
export interface Sending {
  /** Ends it; what is being sent is sent anew by the next start, or by another server. */
  stop(): Promise<void>;
}

/** Sends events to subscribers in this process, which has their secrets: one that settles starts decoders, and has none. */
export function startSending(pipeline: Pipeline): Sending {
  const stopping = new AbortController();
  const sending = pipeline.deliverWebhooks({ signal: stopping.signal });
  return {
    stop: async () => {
      stopping.abort();
      await sending;
    },
  };
}
