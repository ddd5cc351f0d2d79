import type { ConfigurationInput } from "../../domain/model/pipeline-config.js";
import type { Log, LogLevel } from "../../ports/log.js";
import type { Module } from "../container/index.js";
import type { ProcessTelemetry } from "../telemetry/process-telemetry.js";

/** Options of every server. */
export interface ServerOptions {
  /** Default: that of an empty file. */
  readonly config?: ConfigurationInput;
  /** The address to listen on. Default `127.0.0.1`; any but a loopback address needs a token. */
  readonly host?: string;
  /** Default 3000; 0 takes any that is free. */
  readonly port?: number;
  /** The token that clients send as `Authorization: Bearer <token>`. Default: none is needed, on a loopback address. */
  readonly token?: string;
  /** Web pages of other sites that may use the API, by origin, such as `https://app.example`. Default: none. */
  readonly origins?: readonly string[];
  /** The beginning of the URLs in records and tickets, as clients reach the server. Default: the address that it listens on. */
  readonly publicUrl?: string;
  /** Whether the dashboard is served at `/`. Default true. */
  readonly dashboard?: boolean;
  /** Images rendered at a time. Default: the number of cores. */
  readonly concurrency?: number;
  /** Images that may wait to be rendered or arrive, together; an upload beyond that gets a 503. Default 10,000. */
  readonly maxWaiting?: number;
  /** Whether this server also settles what it takes in. Default true; without it `safelight work` has to run beside it. */
  readonly work?: boolean;
  /** A log, or the level from which on lines of JSON are written to standard error. Default: nothing is logged. */
  readonly log?: Log | LogLevel;
}

/** Options of a server on a data directory. */
export interface LocalServerOptions extends ServerOptions {
  /** The data directory; made if it is missing. */
  readonly dir: string;
  /** A folder whose pictures are kept in step. Default: none. */
  readonly watch?: string;
}

/** Options of a server on stores that it shares with other processes and machines. */
export interface SharedServerOptions extends ServerOptions {
  /** The modules that provide every port but the engine, and whatever else is this process's own. */
  readonly modules: readonly Module[];
  /** Where it counts and traces. Default: nowhere. */
  readonly telemetry?: ProcessTelemetry;
}
