import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { computePercentile } from "../support/measure.mjs";

const UPLOADER = fileURLToPath(new URL("./uploader.mjs", import.meta.url));

/** Uploads that are kept waiting, so that no renderer is ever without work. */
const WAITING = 6;

const SECONDS = 10;

/** Reads one thumbnail after the other while every renderer is busy with the large photograph in `file`. */
export async function loadWhileSaturated(url, record, file) {
  const thumb = record.renditions.find(({ name }) => name === "thumb").url;
  const uploader = fork(UPLOADER, [url, file, String(WAITING)]);
  const ended = once(uploader, "exit");
  const times = [];
  const end = performance.now() + SECONDS * 1_000;
  while (performance.now() < end) {
    const start = performance.now();
    const answer = await fetch(thumb);
    await answer.arrayBuffer();
    times.push(performance.now() - start);
    if (answer.status !== 200) throw new Error(`the server answered a read with ${answer.status}`);
    await new Promise((next) => setTimeout(next, 5));
  }
  if (uploader.connected) uploader.send("stop");
  const [code] = await ended;
  if (code !== 0) throw new Error(`the uploader ended with exit code ${code}; its error is above`);
  return { p50: computePercentile(times, 0.5), p99: computePercentile(times, 0.99), count: times.length };
}
