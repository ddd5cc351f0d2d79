import type { Pipeline } from "../../domain/pipeline.js";
import type { Ids } from "../../ports/ids.js";
import type { Log } from "../../ports/log.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import type { Authorize, Permission } from "./authorize.js";

/** The web pages of other origins that may use the API. */
export interface CorsOptions {
  /** Origins such as `https://app.example`, or `"*"` for all. */
  readonly origins: readonly string[] | "*";
  /** How long a browser may cache the answer to a preflight. Default 600. */
  readonly maxAgeSeconds?: number;
}

/** The longest that a request waits for an image unless `maxWaitSeconds` says otherwise. */
export const MAX_WAIT_SECONDS = 25;

/** The most streams of events that are open at one time unless `maxEventStreams` says otherwise. */
export const MAX_EVENT_STREAMS = 100;

/** The place of one request among those that may wait: taken, or refused for so many whole seconds. */
export type Admission = { release(): void } | { readonly retryAfterSeconds: number };

/** The defaults of every way to upload. */
export const LIMITS = { maxUploadMemoryBytes: 256 * 1024 * 1024, bodyTimeoutSeconds: 300 };

/** Options of {@link httpApi}. */
export interface HttpApiOptions {
  /** The pipeline that the API serves; its upload policy applies. */
  readonly pipeline: Pipeline;
  readonly tickets: UploadTickets;
  /**
   * Decides who may do what. Called before a body is read, never for `/health`, `/openapi.json` or a preflight. There is no
   * default: `allowAll()` lets everybody do everything.
   */
  readonly authorize: Authorize;
  /**
   * Called first for every request, also of routes that were added. Throws to refuse it, such as a `SafelightError` with the
   * code `forbidden`. Default: nothing is refused.
   */
  readonly guard?: (request: Request) => void | Promise<void>;
  /**
   * The path in front of the API in the URLs of its requests, such as `/api`, where nothing takes it off: a Next.js route
   * does not, `route` and `mount` of Hono and `use` of Express do. Default: none.
   */
  readonly basePath?: string;
  /** The permissions whose routes are served here; a path without one answers 404, or 405 if only its method has none. Default: both. */
  readonly serves?: readonly Permission[];
  /** The name of the originals store: the only `bucket` that `POST /process` accepts. Default: it accepts none. */
  readonly bucket?: string;
  /**
   * Called before an upload or a request to process is read. A returned `retryAfterSeconds` (whole) refuses it with 503 and
   * `Retry-After`; otherwise it holds a place until `release` is called: it is in the queue then, or has failed. Default:
   * everything is accepted.
   */
  readonly admit?: () => Admission;
  /** Called with the key of what was just queued, so that a worker in this process can start on it. */
  readonly onAccepted?: (key: string) => void;
  /**
   * Starts reconciling behind the API, one run at a time: resolves to whether it did, or a run is under way. Throws `conflict` if the
   * deployment settles images by another configuration. Default: `POST /reconcile` does not exist.
   */
  readonly startReconcile?: () => Promise<boolean>;
  /** Checks a complete upload before it is stored; throws `too-large`, `unsupported-format` or `corrupt-image`. Default: magic bytes and length only. */
  readonly inspect?: (bytes: Uint8Array, signal: AbortSignal) => Promise<void>;
  /** Access for web pages of other origins. Default: none. */
  readonly cors?: CorsOptions;
  /**
   * The largest body that the platform lets through. A larger upload gets a 413 that names
   * `POST /uploads`. Default: only the upload policy's `maxBytes` counts.
   */
  readonly maxBodyBytes?: number;
  /** Memory that all unfinished uploads may hold together; an upload that exceeds it gets a 503. Default 256 MiB. */
  readonly maxUploadMemoryBytes?: number;
  /** How long a body may take to arrive; one that stops for 30 seconds is given up before. Default 300. */
  readonly bodyTimeoutSeconds?: number;
  /**
   * The longest that `Prefer: wait` waits. A function is called with the platform's environment whenever a wait begins,
   * for platforms that end a request themselves. Default 25: below the 30 seconds that API Gateway allows.
   */
  readonly maxWaitSeconds?: number | ((env: unknown) => number);
  /** Streams of events that may be open at one time; another one gets a 503. Default 100. */
  readonly maxEventStreams?: number;
  /** Aborted when the server stops: streams of events end at once, and clients go on where they were at the next start. Default: they end with their connection. */
  readonly stopping?: AbortSignal;
  /** Creates request ids and the keys of uploads. Default: the platform's random UUIDs. */
  readonly ids?: Ids;
  /** One line for each request, and one for each failure. Default: nothing is logged. */
  readonly log?: Log;
}

/** The options with every default filled in. */
export type CompleteOptions = HttpApiOptions &
  Required<
    Pick<
      HttpApiOptions,
      | "serves"
      | "admit"
      | "onAccepted"
      | "maxUploadMemoryBytes"
      | "bodyTimeoutSeconds"
      | "maxWaitSeconds"
      | "maxEventStreams"
      | "ids"
      | "log"
    >
  >;
