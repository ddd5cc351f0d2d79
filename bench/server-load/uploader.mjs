/*
 * Keeps a server's renderers busy until it is told to stop: sends the photograph in a file over and over, so many at
 * a time, and waits each time until it is rendered. A process of its own, so that what it does to its own memory is
 * not taken for the server's slowness by those who read meanwhile. Arguments: URL, file, how many at a time.
 */
import { readFileSync } from "node:fs";

const [url, file, waiting] = process.argv.slice(2);
const body = readFileSync(file);
const stop = new AbortController();
process.once("disconnect", () => stop.abort());
process.once("message", () => stop.abort());

await Promise.all(Array.from({ length: Number(waiting) }, keepUploading));
process.disconnect();

async function keepUploading() {
  while (!stop.signal.aborted) {
    const answer = await fetch(`${url}/images`, { method: "POST", body, headers: { prefer: "wait=25" } });
    await answer.arrayBuffer();
    if (answer.status >= 400) throw new Error(`the server answered an upload with ${answer.status}`);
  }
}
