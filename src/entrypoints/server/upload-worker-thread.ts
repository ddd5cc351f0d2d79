import { parentPort, workerData } from "node:worker_threads";
import { SafelightError } from "../../domain/model/errors.js";
import { compose } from "../container/compose.js";
import { localModule } from "../container/local-module.js";
import { noEngineModule } from "../container/no-engine-module.js";
import type { UploadJob, UploadWorkerAnswer, UploadWorkerRequest } from "./upload-worker.js";

/* The program of the upload worker's thread: it writes what it receives into the data directory. */

const { dir } = workerData as { readonly dir: string };
const { ports, close } = await compose(localModule({ dir, consumer: "other" }), noEngineModule());

parentPort?.on("message", async (request: UploadWorkerRequest) => {
  if (request !== "close") return parentPort?.postMessage(await answer(request));
  await close();
  parentPort?.close();
});

async function answer({ call, work }: Exclude<UploadWorkerRequest, "close">): Promise<UploadWorkerAnswer> {
  try {
    return { call, result: await perform(work) };
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    const code = error instanceof SafelightError ? error.code : "internal";
    return { call, code, message, ...(cause !== undefined && { cause: String(cause) }) };
  }
}

async function perform(work: UploadJob) {
  if (work.type === "put") return ports.originals.put(work.key, work.bytes, work.options);
  await ports.records.commit(work.record, work.condition);
  return undefined;
}
