import type { CallOptions } from "../../ports/call-options.js";
import type { Sleep } from "../../ports/sleep.js";

/** Between two looks of a run that looks for work again and again. */
export interface Waker {
  /** The tasks that run beside the looks. */
  readonly working: ReadonlySet<Promise<void>>;
  /** Ends the waiting, or keeps the next one from beginning. */
  wake(): void;
  /** Whether it was woken since the last look began. */
  isAwake(): boolean;
  /** Begins a look, which sees whatever it was woken for until now. */
  beginLook(): void;
  /** Follows what runs beside the looks; its end is a reason to look again. */
  follow(running: Promise<void>): void;
  /** Waits for so many milliseconds or until it is woken; not at all if it was already, or if `signal` is aborted. */
  wait(milliseconds: number): Promise<void>;
  /** Lets go of whatever could wake it. */
  close(): void;
}

/** Options of {@link createWaker}. An aborted `signal` wakes, and ends waiting for good. */
export interface WakerOptions extends CallOptions {
  /** Absent: it waits until it is woken. */
  readonly sleep?: Sleep;
  /** Where it leaves a function that wakes it. */
  readonly wakers?: Set<() => void>;
  /** Further signals: it is woken when one of them is aborted. */
  readonly ends: readonly (AbortSignal | undefined)[];
}

/** Creates what wakes a run, for as long as the run lasts: whoever creates it closes it. */
export function createWaker({ signal, sleep, wakers, ends }: WakerOptions): Waker {
  const working = new Set<Promise<void>>();
  let awake = false;
  let resume: () => void = () => {};
  const wake = () => {
    awake = true;
    resume();
  };
  const signals = [signal, ...ends];
  wakers?.add(wake);
  for (const one of signals) one?.addEventListener("abort", wake);
  return {
    working,
    wake,
    isAwake: () => awake,
    beginLook: () => {
      awake = false;
    },
    follow: (running) => {
      const followed = running.finally(() => {
        working.delete(followed);
        wake();
      });
      working.add(followed);
    },
    wait: async (milliseconds) => {
      if (awake || signal?.aborted) return;
      const alarm = new AbortController();
      await new Promise<void>((resolve) => {
        resume = resolve;
        sleep?.(milliseconds, alarm.signal).then(resolve, resolve);
      });
      alarm.abort();
    },
    close: () => {
      wakers?.delete(wake);
      for (const one of signals) one?.removeEventListener("abort", wake);
    },
  };
}
