import type { Log } from "../../ports/log.js";
import type { Composition } from "../container/index.js";
import { type Admission, type HttpApi, httpApi, serveDashboard, serveRenditions } from "../http/index.js";
import type { Access } from "./access.js";
import type { ServerOptions } from "./server-options.js";

/** Everything behind the listener. */
export interface Backend {
  readonly api: HttpApi;
  readonly log: Log;
  /** Takes nothing more in by itself, such as from a folder. */
  stopTaking(): Promise<void>;
  /** Settles what this process is to settle, as far as that is possible within so many milliseconds. */
  finish(milliseconds: number): Promise<void>;
  /** Counts what is left for the next start. */
  countOpenChanges(): number;
  /** Ends the streams of events. */
  endStreams(): void;
  /** Lets go of the stores. */
  close(): Promise<void>;
}

/** Opens what is behind a listener, which clients reach at `url` unless the options name another address. */
export type OpenBackend<Options extends ServerOptions> = (
  url: string,
  access: Access,
  options: Options,
) => Promise<Backend>;

/** Seconds after which a client that was told that there is no room may ask again. */
const RETRY_AFTER_SECONDS = 5;

/** Bytes of unfinished uploads that are held at one time, for each of the two ways to upload. */
const UPLOAD_MEMORY_BYTES = 128 * 1024 * 1024;

/** Seconds that a body may take to arrive whole. */
const BODY_TIMEOUT_SECONDS = 120;

/** The limits that every way to upload keeps to. */
export interface UploadLimits {
  readonly admit: () => Admission;
  readonly maxUploadMemoryBytes: number;
  readonly bodyTimeoutSeconds: number;
}

/** The limits of uploads: `countWaiting` and the uploads that arrive may be `maxWaiting` together. A single upload always has memory. */
export function createUploadLimits(
  { pipeline }: Pick<Composition, "pipeline">,
  countWaiting: () => number,
  maxWaiting = 10_000,
): UploadLimits & { hasRoom(): boolean; hasHalfOfItsRoom(): boolean } {
  let arriving = 0;
  const hasRoom = () => countWaiting() + arriving < maxWaiting;
  return {
    hasRoom,
    hasHalfOfItsRoom: () => countWaiting() + arriving < maxWaiting / 2,
    admit: () => {
      if (!hasRoom()) return { retryAfterSeconds: RETRY_AFTER_SECONDS };
      arriving += 1;
      return {
        release: () => {
          arriving -= 1;
        },
      };
    },
    maxUploadMemoryBytes: Math.max(UPLOAD_MEMORY_BYTES, 2 * pipeline.config.uploads.maxBytes),
    bodyTimeoutSeconds: BODY_TIMEOUT_SECONDS,
  };
}

/** The API of a composition, with its renditions and the dashboard; `onAccepted` is told of what has come into the queue. */
export function createServerApi(
  { pipeline, ports }: Composition,
  { authorize, guard }: Access,
  { publicUrl, origins = [], dashboard = true }: ServerOptions,
  {
    url,
    onAccepted,
    startReconcile,
    stopping,
    ...limits
  }: UploadLimits & {
    readonly url: string;
    readonly onAccepted: () => void;
    readonly startReconcile: () => Promise<boolean>;
    readonly stopping: AbortSignal;
  },
): HttpApi {
  const { admit, maxUploadMemoryBytes, bodyTimeoutSeconds } = limits;
  const api = httpApi({
    pipeline,
    tickets: ports.tickets,
    authorize,
    guard,
    admit,
    onAccepted,
    startReconcile,
    stopping,
    maxUploadMemoryBytes,
    bodyTimeoutSeconds,
    ...(origins.length > 0 && { cors: { origins } }),
    log: ports.log ?? (() => {}),
  });
  serveRenditions(api, { renditions: ports.renditions });
  if (dashboard)
    serveDashboard(api, {
      access: guard ? "open" : "token",
      origins: [new URL(publicUrl ?? url).origin],
      ...(guard && publicUrl === undefined && { home: url }),
    });
  return api;
}
