import { exitWithParent } from "../../adapters/sharp/workers/exit-with-parent.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { Log } from "../../ports/log.js";
import { compose, configModule } from "../container/compose.js";
import { localModule } from "../container/local-module.js";
import { override } from "../container/module.js";
import { tokens } from "../container/ports.js";
import { sharpWorkersModule } from "../container/sharp-workers-module.js";
import type { SettlerMessage, SettlerOptions, SettlerRequest } from "./settler.js";

/* The program of a settler's process: it works the queue of a data directory until it is told to finish. */

/** Whoever answers requests comes first, and so does whoever holds a lock: only the renderers step back. */
const NICENESS = 10;

/** Milliseconds that a renderer may spend on one picture: twice the usual, because a renderer that steps back may have to wait. */
const RENDER_TIMEOUT_MILLISECONDS = 120_000;

// A terminal sends Ctrl-C to every process of the command; what it means is the server's to say.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
exitWithParent();

/** The settler at work. */
let working: ReturnType<typeof open>;

process.on("message", async (request: SettlerRequest) => {
  if (request.type === "start") return start(request.options);
  const { wake, finish } = await working;
  if (request.type === "wake") return wake();
  await finish(request.milliseconds);
  // Once this is sent, so are the messages before it.
  send({ type: "finished" }, () => process.exit(0));
});

async function start(options: SettlerOptions): Promise<void> {
  try {
    working = open(options);
    await working;
    send({ type: "ready" });
  } catch (error) {
    const code = error instanceof SafelightError ? error.code : "internal";
    send({ type: "refused", code, message: error instanceof Error ? error.message : String(error) });
  }
}

async function open({ dir, config, concurrency }: SettlerOptions) {
  const log: Log = (level, message, fields = {}) => send({ type: "log", level, message, fields });
  const { pipeline, close } = await compose(
    localModule({ dir }),
    sharpWorkersModule({
      workers: concurrency,
      niceness: NICENESS,
      timeoutMilliseconds: RENDER_TIMEOUT_MILLISECONDS,
    }),
    configModule(config),
    override(tokens.log, () => log),
  );
  const finishing = new AbortController();
  const stopping = new AbortController();
  const work = pipeline.work({ concurrency, finish: finishing.signal, signal: stopping.signal });
  return {
    wake: pipeline.wake,
    /** Settles what is open, and lets go of everything. */
    async finish(milliseconds: number): Promise<void> {
      finishing.abort();
      // A picture that is being rendered is not waited for any longer.
      const late = setTimeout(() => stopping.abort(), milliseconds);
      await work;
      clearTimeout(late);
      await close();
    },
  };
}

function send(message: SettlerMessage, sent: () => void = () => {}): void {
  // A server that is gone is seen by the disconnection, not here.
  process.send?.(message, undefined, undefined, sent);
}
