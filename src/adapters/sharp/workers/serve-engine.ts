import { SafelightError } from "../../../domain/model/errors.js";
import type { ImageEngine } from "../../../ports/image-engine.js";
import { dieWithParent } from "./die-with-parent.js";
import { receiveOriginal } from "./original-pipe.js";
import { MEMORY_IS_VISIBLE } from "./resident-memory.js";
import type { EngineAnswer, WorkerMessage, WorkerRequest } from "./worker-messages.js";

/** How often a process tells how much memory it takes, in milliseconds, where nobody else can see it. */
const REPORTING_INTERVAL = 25;

/**
 * Makes this process a worker: it answers one request at a time with the engine that `engineFor` gives for it, until
 * its parent is gone. The one for a call that is `alone` should take as little memory as it can.
 */
export function serveEngine(engineFor: (alone: boolean) => ImageEngine): void {
  // A terminal sends Ctrl-C to every process of the command. The parent decides what it means: it finishes what it
  // has in hand, and needs its workers for that.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  dieWithParent();
  let inspected: Uint8Array | undefined;
  process.on("message", (request: WorkerRequest) => {
    const bytes = request.length === undefined ? inspected : receiveOriginal(request.length);
    if (request.method === "inspect") inspected = bytes;
    answerTo(request, bytes, engineFor).then(send);
  });
  if (!MEMORY_IS_VISIBLE) {
    const report = () => send({ type: "memory", bytes: process.memoryUsage.rss() });
    setInterval(report, REPORTING_INTERVAL).unref();
  }
  send({ type: "ready" });
}

async function answerTo(
  call: WorkerRequest,
  bytes: Uint8Array | undefined,
  engineFor: (alone: boolean) => ImageEngine,
): Promise<EngineAnswer> {
  try {
    if (!bytes)
      throw new TypeError("expected the bytes of an original, or one that was inspected, but received none");
    const engine = engineFor(call.alone);
    const value =
      call.method === "inspect"
        ? await engine.inspect(bytes, call.policy)
        : await engine.render(bytes, call.plan);
    return { type: "done", value };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): EngineAnswer {
  if (error instanceof SafelightError) {
    const { code, message, cause } = error;
    return { type: "refused", code, message, ...(cause !== undefined && { cause: String(cause) }) };
  }
  const message = `expected the engine to succeed for the original but received: ${String(error)}`;
  return { type: "refused", code: "internal", message };
}

function send(message: WorkerMessage): void {
  // A parent that is gone is seen by the disconnection, not here.
  process.send?.(message, undefined, undefined, () => {});
}
