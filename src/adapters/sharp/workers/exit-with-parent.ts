import { Worker } from "node:worker_threads";

/** How often the thread checks whether the parent is alive. */
const CHECK_INTERVAL_MILLISECONDS = 250;

/**
 * Ends this process as soon as its parent has ended, even while a decoder is busy. The closed channel reports the end at
 * once, but only to an event loop that runs; a thread of its own checks for the parent while the loop may be blocked. Both
 * kill: `process.exit` waits for libuv's threads, and a decoder may never release one.
 */
export function exitWithParent(): void {
  const kill = () => process.kill(process.pid, "SIGKILL");
  process.on("disconnect", kill);
  // The parent may have ended while this process was starting.
  if (!process.connected) kill();
  const workerData = { parent: process.ppid, interval: CHECK_INTERVAL_MILLISECONDS };
  new Worker(WATCH_PARENT, { eval: true, workerData }).unref();
}

/** A process whose parent has ended gets another parent. */
const WATCH_PARENT = `
const { parent, interval } = require("node:worker_threads").workerData;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, interval);
`;
