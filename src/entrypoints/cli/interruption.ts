import { EXIT } from "./exit-codes.js";
import { report } from "./output.js";

/** Somebody pressed Ctrl-C, or the system asked the process to end. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Signals this close together, in milliseconds, are one: npm passes on the Ctrl-C that a terminal sends to everybody. */
const DEBOUNCE_MILLISECONDS = 500;

/**
 * Turns the first signal into a wish to stop and a later one into an end at once. Even that leaves nothing half
 * written: the stores replace whole files, and what is open is settled by the next run. `finishing` is what is waited
 * for, as people are told.
 */
export function catchInterruption({
  finishing = "the files in hand are done",
  now = () => performance.now(),
  exit = (code) => process.exit(code),
}: {
  readonly finishing?: string;
  readonly now?: () => number;
  readonly exit?: (code: number) => void;
} = {}): Interruption {
  const controller = new AbortController();
  let first = 0;
  const interrupt = () => {
    if (controller.signal.aborted) {
      if (now() - first >= DEBOUNCE_MILLISECONDS) exit(EXIT.interrupted);
      return;
    }
    first = now();
    controller.abort();
    report(`stopping once ${finishing}; interrupt again to stop at once`);
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    dispose() {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}
