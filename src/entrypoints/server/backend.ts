import { availableParallelism } from "node:os";
import { pipelineConfig } from "../../domain/model/pipeline-config.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import {
  type Composition,
  compose,
  configModule,
  localAdapters,
  localModule,
  override,
  sharpWorkersModule,
  systemModule,
  token,
  tokens,
  webhooksModule,
} from "../container/index.js";
import {
  type Admission,
  type HttpApi,
  httpApi,
  serveDashboard,
  serveRenditions,
  takeTicketForms,
} from "../http/index.js";
import { RENDITIONS_PATH } from "../http/routes/serve-renditions.js";
import { FORM_PATH } from "../http/routes/take-ticket-forms.js";
import type { Access } from "./access.js";
import type { ServerOptions } from "./server-options.js";
import { Settler } from "./settler.js";
import { type FolderWatch, watchFolder } from "./watch-folder.js";
import { WriteWorker } from "./write-worker.js";

/** Everything behind the listener. */
export interface Backend {
  readonly api: HttpApi;
  readonly settler: Settler;
  readonly watch: FolderWatch | undefined;
  readonly log: Log;
  /** Counts the open changes of the data directory, but for those that another process works on. */
  countOpenChanges(): number;
  /** Ends the streams of events. */
  endStreams(): void;
  /** Lets go of the data directory. */
  close(): Promise<void>;
}

/** Seconds after which a client that was told that there is no room may ask again. */
const RETRY_AFTER_SECONDS = 5;

/** Milliseconds between two looks whether there is room for a file of a watched folder. */
const ROOM_INTERVAL_MILLISECONDS = 250;

/** Bytes of unfinished uploads that are held at one time, for each of the two ways to upload. */
const UPLOAD_MEMORY_BYTES = 128 * 1024 * 1024;

/** Seconds that a body may take to arrive whole. */
const BODY_TIMEOUT_SECONDS = 120;

/** Opens a data directory and what serves it; the settler begins at once. What fails closes what was opened. */
export async function openBackend(
  url: string,
  { authorize, guard }: Access,
  options: ServerOptions,
): Promise<Backend> {
  const { dir, publicUrl = url, maxWaiting = 10_000, origins = [] } = options;
  const concurrency = options.concurrency ?? availableParallelism();
  const base = publicUrl.replace(/\/+$/, "");
  const composition = await composeServer(base, options);
  const { pipeline, ports } = composition;
  const { log = () => {} } = ports;
  const { queue, tickets } = composition.get(localAdapters);
  const stopping = new AbortController();
  let settler: Settler | undefined;
  let sending: Sending | undefined;
  const close = async () => {
    await settler?.kill();
    await sending?.stop();
    await composition.close();
  };
  try {
    const { maxBytes } = pipeline.config.uploads;
    const running = await Settler.start({ dir, config: pipeline.config, concurrency }, log);
    settler = running;
    sending = startSending(pipeline);
    const onAccepted = () => running.wake();
    let arriving = 0;
    const hasRoom = () => queue.count() + arriving < maxWaiting;
    const admit = (): Admission => {
      if (!hasRoom()) return { retryAfterSeconds: RETRY_AFTER_SECONDS };
      arriving += 1;
      return {
        release: () => {
          arriving -= 1;
        },
      };
    };
    // A single upload always has room, however large it may be.
    const memory = Math.max(UPLOAD_MEMORY_BYTES, 2 * maxBytes);
    const api = httpApi({
      pipeline,
      tickets: ports.tickets,
      authorize,
      guard,
      admit,
      onAccepted,
      stopping: stopping.signal,
      maxUploadMemoryBytes: memory,
      bodyTimeoutSeconds: BODY_TIMEOUT_SECONDS,
      ...(origins.length > 0 && { cors: { origins } }),
      log,
    });
    serveRenditions(api, { renditions: ports.renditions });
    takeTicketForms(api, {
      pipeline,
      tickets,
      admit,
      onAccepted,
      maxUploadMemoryBytes: memory,
      bodyTimeoutSeconds: BODY_TIMEOUT_SECONDS,
    });
    if (options.dashboard ?? true)
      serveDashboard(api, {
        access: guard ? "open" : "token",
        origins: [new URL(base).origin],
        ...(guard && options.publicUrl === undefined && { home: url }),
      });
    const waitForRoom = async (signal: AbortSignal) => {
      while (!hasRoom()) await ports.sleep(ROOM_INTERVAL_MILLISECONDS, signal);
    };
    const watched = { dataDir: dir, pipeline, maxBytes, room: waitForRoom, onAccepted, log };
    const { watch: folder } = options;
    const watch = folder === undefined ? undefined : await watchFolder({ ...watched, folder });
    return {
      api,
      settler: running,
      watch,
      log,
      countOpenChanges: () => queue.countUnclaimed(),
      endStreams: () => stopping.abort(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Events on their way to subscribers. */
interface Sending {
  /** Ends it; what is being sent is sent anew by the next start. */
  stop(): Promise<void>;
}

/** Sends events to subscribers in this process, which has their secrets: the one that settles starts decoders, and has none. */
function startSending(pipeline: Pipeline): Sending {
  const stopping = new AbortController();
  const sending = pipeline.deliverWebhooks({ signal: stopping.signal });
  return {
    stop: async () => {
      stopping.abort();
      await sending;
    },
  };
}

/**
 * The pipeline of the process that answers requests. It settles nothing: another process does. Nothing is rendered
 * either: its engine only says by what version the settler renders. What it writes is written by a thread.
 */
function composeServer(base: string, { dir, config, log }: ServerOptions): Promise<Composition> {
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
    ...(typeof log === "string" ? [systemModule({ level: log })] : []),
    ...(typeof log === "function" ? [override(tokens.log, () => log)] : []),
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
    ...(config?.webhooks ? [webhooksModule({ webhooks: pipelineConfig(config).webhooks ?? {} })] : []),
  );
}
