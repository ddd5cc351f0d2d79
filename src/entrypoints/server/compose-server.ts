import {
  type Composition,
  compose,
  configModule,
  localAdapters,
  localModule,
  override,
  systemModule,
  token,
  tokens,
  workerSharpModule,
} from "../container/index.js";
import { Intake } from "./intake.js";
import type { ServerOptions } from "./server-options.js";

/** Where a server's data is, and how clients reach it. */
interface ServedDirectory extends Pick<ServerOptions, "dir" | "config" | "log"> {
  /** The absolute URL that renditions are served below. */
  readonly baseUrl: string;
  /** Where forms of upload tickets are sent. */
  readonly uploadUrl: string;
}

/**
 * The pipeline of the process that answers requests. It settles nothing: another process does. Nothing is rendered
 * either: its engine only says by what version the settler renders. What is uploaded is written by a thread.
 */
export function composeServer({
  dir,
  baseUrl,
  uploadUrl,
  config,
  log,
}: ServedDirectory): Promise<Composition> {
  const intake = token<Intake>("the intake");
  return compose(
    localModule({ dir, baseUrl, uploadUrl, settledElsewhere: true }),
    workerSharpModule({ workers: 1 }),
    ...(config ? [configModule(config)] : []),
    ...(typeof log === "string" ? [systemModule({ level: log })] : []),
    ...(typeof log === "function" ? [override(tokens.log, () => log)] : []),
    // The stores come first: the thread opens a directory that is there.
    override(
      intake,
      (_stores) => new Intake(dir),
      [localAdapters],
      (thread) => thread.close(),
    ),
    override(tokens.originals, (stores, thread) => thread.originals(stores.originals), [
      localAdapters,
      intake,
    ]),
    override(tokens.records, (stores, thread) => thread.records(stores.records), [localAdapters, intake]),
  );
}
