import type { Pipeline } from "../../domain/pipeline.js";
import type { Ids } from "../../ports/ids.js";
import type { Log } from "../../ports/log.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import type { Authorize, Permission } from "./authorize.js";

/** Which web pages of other origins may use the API. */
export interface CorsOptions {
  /** Origins such as `https://app.example`, or `"*"` for all. */
  readonly origins: readonly string[] | "*";
  /** Seconds for which a browser may remember the answer to a preflight. Default 600. */
  readonly maxAge?: number;
}

/** What the API stands on, and what it allows. */
export interface HttpApiOptions {
  /** Its upload policy decides what is taken in. */
  readonly pipeline: Pipeline;
  readonly tickets: UploadTickets;
  /**
   * Who may do what; asked before a body is read, never for `/health`, `/openapi.json` or a preflight. There is no
   * default: `open()` says in a word that everybody may do everything.
   */
  readonly authorize: Authorize;
  /** The permissions whose routes are served here; the others answer 404. Default: both. */
  readonly serves?: readonly Permission[];
  /** What people call the originals store: the only `bucket` that `POST /process` takes. Default: it takes none. */
  readonly bucket?: string;
  /**
   * Asked before an upload or an ask is taken in. A returned `retryAfter` (whole seconds) refuses it with 503 and
   * `Retry-After`. Default: everything is taken in.
   */
  readonly admit?: () => { readonly retryAfter: number } | undefined;
  /** Told the key of what was just left to the queue, before anything waits for it: a worker in this process may wake up. */
  readonly onAccepted?: (key: string) => void;
  /** Checks a whole upload before it is stored; throws `too-large`, `unsupported-format` or `corrupt-image`. Default: magic bytes and length only. */
  readonly inspect?: (bytes: Uint8Array, signal: AbortSignal) => Promise<void>;
  /** Default: no other origin may. */
  readonly cors?: CorsOptions;
  /**
   * Most bytes that a request's body can have where this runs. An upload above it gets a 413 that names
   * `POST /uploads`. Default: only the upload policy's `maxBytes` counts.
   */
  readonly bodyLimit?: number;
  /** Most bytes of unfinished uploads that are held at one time; what would go beyond it gets a 503. Default 256 MiB. */
  readonly uploadMemory?: number;
  /** Seconds that a body may take to arrive whole. Default 300. */
  readonly bodyTimeout?: number;
  /** Most seconds that `Prefer: wait` waits. Default 25, below the 30 that an API Gateway gives an answer. */
  readonly longestWait?: number;
  /** Makes request ids and the keys of uploads. Default: the platform's random UUIDs. */
  readonly ids?: Ids;
  /** One line for each request, and one for each failure. Default: nothing is logged. */
  readonly log?: Log;
}

/** The options with every default filled in. */
export type CompleteOptions = HttpApiOptions &
  Required<
    Pick<
      HttpApiOptions,
      "serves" | "admit" | "onAccepted" | "uploadMemory" | "bodyTimeout" | "longestWait" | "ids" | "log"
    >
  >;
