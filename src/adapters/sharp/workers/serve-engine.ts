import { SafelightError } from "../../../domain/model/errors.js";
import type { ImageEngine } from "../../../ports/image-engine.js";
import { exitWithParent } from "./exit-with-parent.js";
import { receiveOriginal } from "./original-pipe.js";
import { IS_MEMORY_VISIBLE } from "./resident-memory.js";
import type { EngineAnswer, WorkerMessage, WorkerRequest } from "./worker-messages.js";

/** How often a process reports its memory where no other process can read it. */
const REPORT_INTERVAL_MILLISECONDS = 25;

/**
 * Makes this process a worker: it answers each request, with the engine that `selectEngine` returns for it, until its parent
 * ends. The engine for a low-memory call should take as little memory as it can.
 */
export function serveEngine(selectEngine: (isLowMemory: boolean) => ImageEngine): void {
  // A terminal sends Ctrl-C to every process of the command. The parent decides what it means: it finishes the
  // calls in hand, and needs its workers for that.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  exitWithParent();
  let inspected: Uint8Array | undefined;
  process.on("message", (request: WorkerRequest) => {
    const bytes = request.length === undefined ? inspected : receiveOriginal(request.length);
    if (request.method === "inspect") inspected = bytes;
    runRequest(request, bytes, selectEngine).then((answer) => send({ ...answer, id: request.id }));
  });
  if (!IS_MEMORY_VISIBLE) {
    const report = () => send({ type: "memory", bytes: process.memoryUsage.rss() });
    setInterval(report, REPORT_INTERVAL_MILLISECONDS).unref();
  }
  send({ type: "ready" });
}

async function runRequest(
  call: WorkerRequest,
  bytes: Uint8Array | undefined,
  selectEngine: (isLowMemory: boolean) => ImageEngine,
): Promise<EngineAnswer> {
  try {
    if (!bytes)
      throw new TypeError("a render request came without bytes, and no original was inspected before it");
    const engine = selectEngine(call.isLowMemory);
    const value =
      call.method === "inspect"
        ? await engine.inspect(bytes, call.policy)
        : await engine.render(bytes, call.plan);
    return { type: "done", value };
  } catch (error) {
    return toRefusal(error);
  }
}

function toRefusal(error: unknown): EngineAnswer {
  if (error instanceof SafelightError) {
    const { code, message, cause } = error;
    return { type: "refused", code, message, ...(cause !== undefined && { cause: String(cause) }) };
  }
  const message = `the engine failed on the original: ${String(error)}`;
  return { type: "refused", code: "internal", message };
}

function send(message: WorkerMessage): void {
  // The end of the parent is handled on disconnection, not here.
  process.send?.(message, undefined, undefined, () => {});
}
