import { percentile } from "../support/measure.mjs";

/** Uploads that are kept waiting, so that no renderer is ever without work. */
const WAITING = 6;

const SECONDS = 10;

/** Reads one thumbnail after the other while every renderer is busy with large photographs. */
export async function saturated(url, record, photograph) {
  const thumb = record.renditions.find(({ name }) => name === "thumb").url;
  const stop = new AbortController();
  const busy = Array.from({ length: WAITING }, () => keepUploading(url, photograph, stop.signal));
  const times = [];
  const end = performance.now() + SECONDS * 1_000;
  while (performance.now() < end) {
    const start = performance.now();
    const answer = await fetch(thumb);
    await answer.arrayBuffer();
    times.push(performance.now() - start);
    if (answer.status !== 200) throw new Error(`expected 200 for a read but received ${answer.status}`);
    await new Promise((next) => setTimeout(next, 5));
  }
  stop.abort();
  await Promise.all(busy);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), count: times.length };
}

async function keepUploading(url, bytes, signal) {
  while (!signal.aborted) {
    const answer = await fetch(`${url}/images`, {
      method: "POST",
      body: bytes,
      headers: { prefer: "wait=25" },
    });
    await answer.arrayBuffer();
    if (answer.status >= 400) throw new Error(`expected an upload to succeed but received ${answer.status}`);
  }
}
