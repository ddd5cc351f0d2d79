import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

/*
 * A server that does nothing, in a process of its own: what it takes under the same load, the machine and the load
 * itself take, and whatever else runs beside them.
 */

/** Starts it; resolves to its address and how to end it. */
export async function startBareServer() {
  const child = fork(fileURLToPath(import.meta.url), ["serve"]);
  const [port] = await once(child, "message");
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

if (process.argv[2] === "serve" && process.send) {
  const server = createServer((_request, response) => response.end("nothing"));
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
}
