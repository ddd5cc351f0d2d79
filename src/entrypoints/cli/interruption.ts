import { EXIT } from "./exit-codes.js";
import { report } from "./output.js";

/** Tells whether the process was asked to stop. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Restores the default handling of the signals. */
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Signals this close together, in milliseconds, are one: npm passes on the Ctrl-C that a terminal sends to everybody. */
const DEBOUNCE_MILLISECONDS = 500;

/**
 * Makes the first SIGINT or SIGTERM abort a signal and a later one end the process. Even that leaves nothing half
 * written: stores replace whole files, and the next run settles open changes. `finishing` completes the message
 * "stopping when ...".
 */
export function catchInterruption({
  finishing = "the current files are done",
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
    report(`stopping when ${finishing}; interrupt again to stop now`);
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    dispose() {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}
