import { availableParallelism } from "node:os";
import { pipelineConfig } from "../../domain/model/pipeline-config.js";
import {
  type Composition,
  compose,
  configModule,
  sharpWorkersModule,
  webhooksModule,
} from "../container/index.js";
import { localNotesModule } from "../container/local-notes-module.js";
import { createTelemetryModules, NO_TELEMETRY } from "../telemetry/process-telemetry.js";
import type { Access } from "./access.js";
import { type Backend, createServerApi, createUploadLimits } from "./backend.js";
import { type BackgroundReconcile, createBackgroundReconcile } from "./background-reconcile.js";
import { createLogModules } from "./log-modules.js";
import type { SharedServerOptions } from "./server-options.js";
import { type Publishing, startPublishing } from "./start-publishing.js";
import { type Sending, startSending } from "./start-sending.js";
import { type StartedWork, startWork } from "./start-work.js";
import { WaitingCount } from "./waiting-count.js";

/** Whoever answers requests comes first: only the renderers step back. */
const NICENESS = 10;

/** Opens stores that other processes use, too, and what serves them. What fails closes what was opened. */
export async function openSharedBackend(
  url: string,
  access: Access,
  options: SharedServerOptions,
): Promise<Backend> {
  const { work = true, maxWaiting, telemetry = NO_TELEMETRY } = options;
  const concurrency = options.concurrency ?? availableParallelism();
  const composition = await composeServer(options, work ? concurrency : 1);
  const { pipeline, ports } = composition;
  const { log = () => {} } = ports;
  const stopping = new AbortController();
  let working: StartedWork | undefined;
  let sending: Sending | undefined;
  let publishing: Publishing | undefined;
  let reconciling: BackgroundReconcile | undefined;
  const close = async () => {
    await reconciling?.stop();
    await sending?.stop();
    await publishing?.stop();
    await composition.close();
  };
  try {
    const waiting = new WaitingCount(ports.queue, log);
    const {
      hasHalfOfItsRoom,
      hasRoom: _,
      ...limits
    } = createUploadLimits(composition, () => waiting.read(), maxWaiting);
    const onAccepted = () => {
      waiting.increment();
      pipeline.wake();
    };
    reconciling = createBackgroundReconcile(composition, { hasRoom: hasHalfOfItsRoom, onAccepted });
    const { start: startReconcile } = reconciling;
    const api = createServerApi(composition, access, options, {
      ...limits,
      url,
      onAccepted,
      startReconcile,
      stopping: stopping.signal,
    });
    if (work) publishing = startPublishing(composition);
    working = work ? startWork(composition, { concurrency, telemetry }) : undefined;
    sending = ports.webhookDeliveries && startSending(pipeline);
    return {
      api,
      log,
      stopTaking: async () => void (await reconciling?.stop()),
      finish: async (milliseconds) => void (await working?.stop(milliseconds)),
      // Whatever waits is for every process that works the queue, not for this one alone.
      countOpenChanges: () => 0,
      endStreams: () => stopping.abort(),
      close,
    };
  } catch (error) {
    await working?.stop(0);
    await close();
    throw error;
  }
}

/** A server that does not work renders nothing either: its engine only says by what version the workers render. */
function composeServer(
  { modules, config, log, telemetry = NO_TELEMETRY }: SharedServerOptions,
  workers: number,
): Promise<Composition> {
  return compose(
    ...modules,
    sharpWorkersModule({ workers, niceness: NICENESS }),
    ...(config ? [configModule(config)] : []),
    ...(config?.webhooks ? [webhooksModule({ webhooks: pipelineConfig(config).webhooks ?? {} })] : []),
    localNotesModule(),
    ...createLogModules(log),
    ...createTelemetryModules(telemetry),
  );
}
