import { availableParallelism } from "node:os";
import { Places } from "./places.js";

/** Runs a task once a place is free. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** Lets `places` tasks run at a time; the others wait in the order of their call. */
export function limiter(places: number): Limiter {
  const all = new Places(places);
  return (task) => all.during(1, task);
}

/**
 * Shared by all engines of the process, because they share libuv's thread pool: pictures that filled it would make
 * every file read and name look-up wait for seconds. One thread is always left over.
 */
export const shareOfThreadPool: Limiter = limiter(
  Math.max(1, Math.min(availableParallelism(), threadPoolSize() - 1)),
);

function threadPoolSize(): number {
  const asked = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? "", 10);
  return Number.isNaN(asked) ? 4 : Math.min(Math.max(asked, 1), 1024);
}
