import { availableParallelism } from "node:os";
import type { ConfigurationInput } from "../../domain/model/pipeline-config.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log, LogLevel } from "../../ports/log.js";
import {
  compose,
  configModule,
  type Module,
  sharpWorkersModule,
  tokens,
  wrapModule,
} from "../container/index.js";
import {
  createTelemetryModules,
  NO_TELEMETRY,
  type ProcessTelemetry,
} from "../telemetry/process-telemetry.js";
import { startHealthListener } from "./health-listener.js";
import { createLogModules } from "./log-modules.js";
import { QueueHealth } from "./queue-health.js";
import { startPublishing } from "./start-publishing.js";
import { startWork } from "./start-work.js";

/** Options of {@link startWorker}. */
export interface WorkerOptions {
  /** The modules that provide every port but the engine. */
  readonly modules: readonly Module[];
  /** Default: that of an empty file. */
  readonly config?: ConfigurationInput;
  /** Images rendered at a time. Default: the number of cores. */
  readonly concurrency?: number;
  /** A log, or the level from which on lines of JSON are written to standard error. Default: nothing is logged. */
  readonly log?: Log | LogLevel;
  /** The address of `GET /health`. Default `127.0.0.1`. */
  readonly host?: string;
  /** The port of `GET /health`; 0 takes any that is free. Default: the worker does not listen. */
  readonly port?: number;
  /** Where it counts and traces. Default: nowhere. */
  readonly telemetry?: ProcessTelemetry;
}

/** A worker at work. */
export interface RunningWorker {
  /** Where `GET /health` is answered, if anywhere. */
  readonly url: string | undefined;
  /**
   * Takes nothing more in hand, finishes what is in hand, hands back what is not done after so many milliseconds, and lets
   * go of everything. Resolves to how much it has settled in its life. Call it once.
   */
  close(milliseconds: number): Promise<Pick<Awaited<ReturnType<Pipeline["work"]>>, "settled" | "failed">>;
}

/** Settles what comes into a queue, beside any number of others. Throws `invalid-input` for an address that it cannot have. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { modules, config, host = "127.0.0.1", port, telemetry = NO_TELEMETRY } = options;
  const concurrency = options.concurrency ?? availableParallelism();
  const health = new QueueHealth();
  let isStopping = false;
  const listener =
    port === undefined
      ? undefined
      : await startHealthListener({ host, port }, () => !isStopping && health.isGood());
  try {
    const composition = await compose(
      ...modules,
      sharpWorkersModule({ workers: concurrency }),
      ...(config ? [configModule(config)] : []),
      ...createLogModules(options.log),
      wrapModule(tokens.queue, (queue) => health.watch(queue)),
      ...createTelemetryModules(telemetry),
    );
    const publishing = startPublishing(composition);
    const work = startWork(composition, { concurrency, telemetry });
    return {
      url: listener?.url,
      async close(milliseconds) {
        isStopping = true;
        try {
          return await work.stop(milliseconds);
        } finally {
          listener?.close();
          await publishing.stop();
          await composition.close();
        }
      },
    };
  } catch (error) {
    listener?.close();
    throw error;
  }
}
