import { parentPort, workerData } from "node:worker_threads";
import { SafelightError } from "../../domain/model/errors.js";
import { compose } from "../container/compose.js";
import { localModule } from "../container/local-module.js";
import { noEngineModule } from "../container/no-engine-module.js";
import type { WriteJob, WriteWorkerAnswer, WriteWorkerRequest } from "./write-worker.js";

/* The program of the write worker's thread: it writes what it receives into the data directory. */

const { dir } = workerData as { readonly dir: string };
const { ports, close } = await compose(localModule({ dir, consumer: "other" }), noEngineModule());

parentPort?.on("message", async (request: WriteWorkerRequest) => {
  if (request !== "close") return parentPort?.postMessage(await answer(request));
  await close();
  parentPort?.close();
});

async function answer({ call, job }: Exclude<WriteWorkerRequest, "close">): Promise<WriteWorkerAnswer> {
  try {
    return { call, result: await perform(job) };
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    const code = error instanceof SafelightError ? error.code : "internal";
    return { call, code, message, ...(cause !== undefined && { cause: String(cause) }) };
  }
}

function perform({ port, method, args }: WriteJob): unknown {
  // Port and method are those of one table, and the arguments those of its caller.
  const { [method]: write } = ports[port] as unknown as Record<
    string,
    (...args: readonly unknown[]) => unknown
  >;
  return write?.apply(ports[port], [...args]);
}
