import { availableParallelism } from "node:os";
import { Semaphore } from "./semaphore.js";

/** Runs a task once a permit is free. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs up to `concurrency` tasks at a time; the others wait in the order of their call. */
export function createLimiter(concurrency: number): Limiter {
  const semaphore = new Semaphore(concurrency);
  return (task) => semaphore.run(1, task);
}

/**
 * Shared by all engines of the process, because they share libuv's thread pool: pictures that filled it would make
 * every file read and name look-up wait for seconds. One thread is always left over.
 */
export const threadPoolLimiter: Limiter = createLimiter(
  Math.max(1, Math.min(availableParallelism(), readThreadPoolSize() - 1)),
);

function readThreadPoolSize(): number {
  const size = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? "", 10);
  return Number.isNaN(size) ? 4 : Math.min(Math.max(size, 1), 1024);
}
