import { once } from "node:events";
import { Command, InvalidArgumentError, Option } from "commander";
import type { LogLevel } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import {
  createConcurrencyOption,
  createConfigOption,
  createDataOption,
  parseWholeNumber,
} from "./options.js";
import { formatCount, print, report } from "./output.js";

interface ServeOptions {
  readonly data: string;
  readonly config?: string;
  readonly concurrency: number;
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
  readonly cors: readonly string[];
  readonly watch?: string;
  readonly dashboard: boolean;
  readonly maxWaiting: number;
  readonly log: LogLevel;
}

/** How long a stopping server may take to finish accepted uploads. */
const SHUTDOWN_MILLISECONDS = 25_000;

const MAX_PORT = 65_535;
const MAX_WAITING = 1_000_000;
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** `safelight serve` */
export function createServeCommand(): Command {
  return new Command("serve")
    .description(
      "serve the dashboard, the HTTP API and the renditions of a data directory, and process uploads",
    )
    .addOption(
      new Option("--port <n>", "port to listen on; 0 for any free port")
        .default(3_000)
        .argParser((text) => parseWholeNumber(text, MAX_PORT, 0)),
    )
    .addOption(
      new Option(
        "--host <address>",
        "address to listen on; if other machines can reach it, SAFELIGHT_TOKEN must be set",
      ).default("127.0.0.1", "127.0.0.1"),
    )
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .addOption(createConcurrencyOption())
    .option("--no-dashboard", "serve no page for people at /")
    .option("--watch <dir>", "also process the images in this folder, and follow its changes")
    .addOption(
      new Option(
        "--public-url <url>",
        "URL at which clients reach the server (default: the address it listens on)",
      ).argParser(parseWebAddress),
    )
    .addOption(
      new Option(
        "--cors <origin>",
        "origin of web pages that may use the API, such as https://app.example; repeatable",
      )
        .default([], "none")
        .argParser((text, before: readonly string[]) => [...before, parseWebOrigin(text)]),
    )
    .addOption(
      new Option("--max-waiting <n>", "most images that may wait to be processed; further uploads get a 503")
        .default(10_000)
        .argParser((text) => parseWholeNumber(text, MAX_WAITING)),
    )
    .addOption(
      new Option("--log <level>", "lowest level to log to standard error, one JSON object per line")
        .choices(LOG_LEVELS)
        .default("warn"),
    )
    .action(async (options: ServeOptions) => {
      process.exitCode = await runServer(options);
    });
}

async function runServer({
  data,
  config: file,
  log: level,
  cors,
  ...options
}: ServeOptions): Promise<ExitCode> {
  const config = await loadConfiguration(file);
  // Not at the top: the other commands need no server.
  const { startServer } = await import("../server/server.js");
  const interruption = catchInterruption({ finishing: "accepted uploads are processed" });
  try {
    const token = process.env.SAFELIGHT_TOKEN;
    const server = await startServer({
      ...options,
      origins: cors,
      dir: data,
      config,
      log: level,
      token,
    });
    print(`listening on ${server.url}`);
    if (options.dashboard)
      print(`look at pictures and upload some: open ${options.publicUrl ?? server.url} in a browser`);
    const credentials = token ? ' -H "Authorization: Bearer $SAFELIGHT_TOKEN"' : "";
    print(`upload a picture: curl -F file=@photo.jpg${credentials} ${server.url}/images`);
    if (!interruption.signal.aborted) await once(interruption.signal, "abort");
    const { left } = await server.close(SHUTDOWN_MILLISECONDS);
    if (left === 0) return EXIT.ready;
    report(`could not finish: ${formatCount(left, "change")} left; the next start resumes them`);
    return EXIT.unfinished;
  } finally {
    interruption.dispose();
  }
}

/** Accepts an origin as browsers write it: in lower case, without a path and without the scheme's default port. */
function parseWebOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.protocol.match(/^https?:$/) || url.origin !== text)
    throw new InvalidArgumentError("expected an origin such as https://app.example");
  return text;
}

function parseWebAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol.match(/^https?:$/) && url.search === "" && url.hash === "" && !url.username;
  if (!isPlain) throw new InvalidArgumentError("expected a URL such as https://images.example");
  return text;
}
