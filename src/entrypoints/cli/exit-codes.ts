/** Exit codes of the command. */
export const EXIT = {
  /** All images are ready. */
  ready: 0,
  /** Some image was rejected. */
  rejected: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** Something could not be finished, or its output could not be written; running the command again may help. */
  unfinished: 3,
  /** Stopped by a signal before everything was done. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
