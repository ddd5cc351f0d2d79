import { Worker } from "node:worker_threads";

/** How often the parent is looked for, in milliseconds. */
const INTERVAL = 250;

/**
 * From here on this process ends when its parent does, whatever it is busy with. The closed channel says so at once,
 * but only to a process that listens; a thread of its own looks for the parent while this one may be stuck. Both kill:
 * `process.exit` waits for libuv's threads, and a decoder may never give one back.
 */
export function dieWithParent(): void {
  const die = () => process.kill(process.pid, "SIGKILL");
  process.on("disconnect", die);
  // The parent may have ended while this process was starting.
  if (!process.connected) die();
  new Worker(WATCH, { eval: true, workerData: { parent: process.ppid, interval: INTERVAL } }).unref();
}

/** Whoever loses its parent is given another one. */
const WATCH = `
const { parent, interval } = require("node:worker_threads").workerData;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, interval);
`;
