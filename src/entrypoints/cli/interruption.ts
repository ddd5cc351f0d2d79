import { EXIT } from "./exit-codes.js";
import { report } from "./output.js";

/** Somebody pressed Ctrl-C, or the system asked the process to end. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  forget(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Turns the first signal into a wish to stop and the second into an end at once. Even that leaves nothing half
 * written: the stores replace whole files, and what is open is settled by the next run.
 */
export function expectInterruption(): Interruption {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    report("stopping once the files in hand are done; interrupt again to stop at once");
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    forget() {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}
