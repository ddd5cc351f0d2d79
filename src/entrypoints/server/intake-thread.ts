import { parentPort, workerData } from "node:worker_threads";
import { local } from "../../adapters/local/index.js";
import { SafelightError } from "../../domain/model/errors.js";
import { UploadImage } from "../../domain/use-cases/upload-image.js";
import type { IntakeAnswer, IntakeRequest } from "./intake-messages.js";

/* What the thread of an intake runs: it stores what it is sent. */

const { dir } = workerData as { readonly dir: string };
const stores = local({ dir, settledElsewhere: true });
const uploadImage = new UploadImage(stores);

parentPort?.on("message", async (request: IntakeRequest) => {
  if (request.type === "close") {
    stores.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(await answerTo(request));
});

async function answerTo({ call, input }: IntakeRequest & { type: "upload" }): Promise<IntakeAnswer> {
  try {
    return { call, imageId: await uploadImage.run(input) };
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    const code = error instanceof SafelightError ? error.code : "internal";
    return { call, code, message, ...(cause !== undefined && { cause: String(cause) }) };
  }
}
