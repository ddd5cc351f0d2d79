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
  readonly maxWaiting: number;
  readonly log: LogLevel;
}

/** Milliseconds in which a server that was asked to stop finishes what it has taken in. */
const SHUTDOWN_MILLISECONDS = 25_000;

const MAX_PORT = 65_535;
const MAX_WAITING = 1_000_000;
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** `safelight serve` */
export function createServeCommand(): Command {
  return new Command("serve")
    .description("serve the HTTP API and the renditions of a data directory, and render what is uploaded")
    .addOption(
      new Option("--port <n>", "the port to listen on; 0 takes any that is free")
        .default(3_000)
        .argParser((text) => parseWholeNumber(text, MAX_PORT, 0)),
    )
    .addOption(
      new Option(
        "--host <address>",
        "the address to listen on; one that others can reach needs a token in SAFELIGHT_TOKEN",
      ).default("127.0.0.1", "127.0.0.1"),
    )
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .addOption(createConcurrencyOption())
    .option("--watch <dir>", "also take in the pictures of this folder, and follow what becomes of them")
    .addOption(
      new Option(
        "--public-url <url>",
        "how clients reach the server (default: the address it listens on)",
      ).argParser(parseWebAddress),
    )
    .addOption(
      new Option("--cors <origin>", "web pages that may use the API, such as https://app.example; repeatable")
        .default([], "none")
        .argParser((text, before: readonly string[]) => [...before, parseWebOrigin(text)]),
    )
    .addOption(
      new Option("--max-waiting <n>", "images that may wait; uploads beyond that are told to come again")
        .default(10_000)
        .argParser((text) => parseWholeNumber(text, MAX_WAITING)),
    )
    .addOption(
      new Option("--log <level>", "what is logged to standard error, one JSON object a line")
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
  const interruption = catchInterruption({ finishing: "what was taken in is done" });
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
    const credentials = token ? ' -H "Authorization: Bearer $SAFELIGHT_TOKEN"' : "";
    print(`upload a picture: curl -F file=@photo.jpg${credentials} ${server.url}/images`);
    if (!interruption.signal.aborted) await once(interruption.signal, "abort");
    const { left } = await server.close(SHUTDOWN_MILLISECONDS);
    if (left === 0) return EXIT.ready;
    report(`could not finish: ${formatCount(left, "change")}, which the next start goes on with`);
    return EXIT.unfinished;
  } finally {
    interruption.dispose();
  }
}

/** As browsers write it: in lower case, without a path and without the port that its scheme implies. */
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
