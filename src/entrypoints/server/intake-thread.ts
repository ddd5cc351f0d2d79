import { parentPort, workerData } from "node:worker_threads";
import { SafelightError } from "../../domain/model/errors.js";
import { compose } from "../container/compose.js";
import { localModule } from "../container/local-module.js";
import { noEngineModule } from "../container/no-engine-module.js";
import type { IntakeAnswer, IntakeRequest, IntakeWork } from "./intake.js";

/* What the thread of an intake runs: it writes what it is sent into its data directory. */

const { dir } = workerData as { readonly dir: string };
const { ports, close } = await compose(localModule({ dir, settledElsewhere: true }), noEngineModule());

parentPort?.on("message", async (request: IntakeRequest) => {
  if (request !== "close") return parentPort?.postMessage(await answerTo(request));
  await close();
  parentPort?.close();
});

async function answerTo({ call, work }: Exclude<IntakeRequest, "close">): Promise<IntakeAnswer> {
  try {
    return { call, result: await resultOf(work) };
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    const code = error instanceof SafelightError ? error.code : "internal";
    return { call, code, message, ...(cause !== undefined && { cause: String(cause) }) };
  }
}

async function resultOf(work: IntakeWork) {
  if (work.type === "put") return ports.originals.put(work.key, work.bytes, work.options);
  await ports.records.commit(work.record, work.condition);
  return undefined;
}
