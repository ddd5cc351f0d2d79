import { availableParallelism } from "node:os";
import { pipelineConfig } from "../../domain/model/pipeline-config.js";
import {
  type Composition,
  compose,
  configModule,
  localAdapters,
  localModule,
  override,
  sharpWorkersModule,
  token,
  tokens,
  webhooksModule,
} from "../container/index.js";
import { takeTicketForms } from "../http/index.js";
import { RENDITIONS_PATH } from "../http/routes/serve-renditions.js";
import { FORM_PATH } from "../http/routes/take-ticket-forms.js";
import type { Access } from "./access.js";
import { type Backend, createServerApi, createUploadLimits } from "./backend.js";
import { type BackgroundReconcile, createBackgroundReconcile } from "./background-reconcile.js";
import { createLogModules } from "./log-modules.js";
import type { LocalServerOptions } from "./server-options.js";
import { Settler } from "./settler.js";
import { type Publishing, startPublishing } from "./start-publishing.js";
import { type Sending, startSending } from "./start-sending.js";
import { watchFolder } from "./watch-folder.js";
import { WriteWorker } from "./write-worker.js";

/** Milliseconds between two looks whether there is room for a file of a watched folder. */
const ROOM_INTERVAL_MILLISECONDS = 250;

/**
 * Opens a data directory and what serves it; the settler, unless others are to settle, begins at once. What fails closes
 * what was opened.
 */
export async function openLocalBackend(
  url: string,
  access: Access,
  options: LocalServerOptions,
): Promise<Backend> {
  const { dir, publicUrl = url, maxWaiting, work = true } = options;
  const concurrency = options.concurrency ?? availableParallelism();
  const composition = await composeServer(publicUrl.replace(/\/+$/, ""), options);
  const { pipeline, ports } = composition;
  const { log = () => {} } = ports;
  const { queue, tickets } = composition.get(localAdapters);
  const stopping = new AbortController();
  let settler: Settler | undefined;
  let sending: Sending | undefined;
  let publishing: Publishing | undefined;
  let reconciling: BackgroundReconcile | undefined;
  const close = async () => {
    await reconciling?.stop();
    await settler?.kill();
    await sending?.stop();
    await publishing?.stop();
    await composition.close();
  };
  try {
    if (work) settler = await Settler.start({ dir, config: pipeline.config, concurrency }, log);
    if (work) publishing = startPublishing(composition);
    await publishing?.tried;
    sending = startSending(pipeline);
    const onAccepted = () => settler?.wake();
    const { hasRoom, hasHalfOfItsRoom, ...limits } = createUploadLimits(
      composition,
      () => queue.count(),
      maxWaiting,
    );
    reconciling = createBackgroundReconcile(composition, { hasRoom: hasHalfOfItsRoom, onAccepted });
    const { start: startReconcile } = reconciling;
    const api = createServerApi(composition, access, options, {
      ...limits,
      url,
      onAccepted,
      startReconcile,
      stopping: stopping.signal,
    });
    takeTicketForms(api, { ...limits, pipeline, tickets, onAccepted });
    const waitForRoom = async (signal: AbortSignal) => {
      while (!hasRoom()) await ports.sleep(ROOM_INTERVAL_MILLISECONDS, signal);
    };
    const { maxBytes } = pipeline.config.uploads;
    const watched = { dataDir: dir, pipeline, maxBytes, room: waitForRoom, onAccepted, log };
    const { watch: folder } = options;
    const watch = folder === undefined ? undefined : await watchFolder({ ...watched, folder });
    return {
      api,
      log,
      stopTaking: async () => {
        await reconciling?.stop();
        await watch?.close();
      },
      finish: async (milliseconds) => settler?.finish(milliseconds),
      // What others are to settle is not left to the next start.
      countOpenChanges: () => (work ? queue.countUnclaimed() : 0),
      endStreams: () => stopping.abort(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The pipeline of the process that answers requests. It settles nothing: another process does. Nothing is rendered
 * either: its engine only says by what version the settler renders. What it writes is written by a thread.
 */
function composeServer(base: string, { dir, config, log }: LocalServerOptions): Promise<Composition> {
  const writeWorker = token<WriteWorker>("the write worker");
  return compose(
    localModule({
      dir,
      baseUrl: base + RENDITIONS_PATH,
      negotiates: true,
      uploadUrl: base + FORM_PATH,
      consumer: "other",
    }),
    sharpWorkersModule({ workers: 1 }),
    ...(config ? [configModule(config)] : []),
    ...createLogModules(log),
    // The stores come first: the thread opens a directory that is there.
    override(
      writeWorker,
      (_stores) => new WriteWorker(dir),
      [localAdapters],
      (thread) => thread.close(),
    ),
    override(tokens.originals, (stores, thread) => thread.wrap("originals", stores.originals), [
      localAdapters,
      writeWorker,
    ]),
    override(tokens.records, (stores, thread) => thread.wrap("records", stores.records), [
      localAdapters,
      writeWorker,
    ]),
    override(tokens.queue, (stores, thread) => thread.wrap("queue", stores.queue), [
      localAdapters,
      writeWorker,
    ]),
    override(tokens.events, (stores, thread) => thread.wrap("events", stores.events), [
      localAdapters,
      writeWorker,
    ]),
    override(
      tokens.webhookDeliveries,
      (stores, thread) => thread.wrap("webhookDeliveries", stores.webhookDeliveries),
      [localAdapters, writeWorker],
    ),
    override(tokens.statuses, (stores, thread) => thread.wrap("statuses", stores.statuses), [
      localAdapters,
      writeWorker,
    ]),
    ...(config?.webhooks ? [webhooksModule({ webhooks: pipelineConfig(config).webhooks ?? {} })] : []),
  );
}
