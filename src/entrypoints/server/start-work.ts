import type { Pipeline } from "../../domain/pipeline.js";
import type { Composition } from "../container/index.js";
import { observeSettlement } from "../telemetry/observe-settlement.js";
import type { ProcessTelemetry } from "../telemetry/process-telemetry.js";

/** The work on a queue that other processes work, too. */
export interface StartedWork {
  /**
   * Takes nothing more in hand and finishes what is in hand; what is not done after so many milliseconds is handed back, for
   * others to take up at once. Resolves to what this process has settled. Repeating it is harmless.
   */
  stop(milliseconds: number): ReturnType<Pipeline["work"]>;
}

/** Works the queue of a composition until it is stopped; what is settled is logged, counted and traced. */
export function startWork(
  { pipeline, ports }: Pick<Composition, "pipeline" | "ports">,
  { concurrency, telemetry }: { readonly concurrency: number; readonly telemetry: ProcessTelemetry },
): StartedWork {
  const { log = () => {} } = ports;
  const stopping = new AbortController();
  const givingUp = new AbortController();
  const working = pipeline.work({
    concurrency,
    stop: stopping.signal,
    signal: givingUp.signal,
    observe: (delivery, settle) => observeSettlement(delivery, settle, { ...telemetry, log }),
  });
  return {
    async stop(milliseconds) {
      stopping.abort();
      const late = setTimeout(() => givingUp.abort(), milliseconds);
      try {
        return await working;
      } finally {
        clearTimeout(late);
      }
    },
  };
}
