import { once } from "node:events";
import { Command, InvalidArgumentError, Option } from "commander";
import { refusal } from "../../domain/model/errors.js";
import { loadConfiguration } from "../configuration/index.js";
import { MAX_WAITING } from "../settings/limits.js";
import { loadStores } from "../settings/load-stores.js";
import { readProcessSettings } from "../settings/read-process-settings.js";
import { VARIABLES } from "../settings/variables.js";
import { isWebAddress, isWebOrigin } from "../settings/web-addresses.js";
import { loadOpenTelemetry } from "../telemetry/open-telemetry.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import {
  createConcurrencyOption,
  createConfigOption,
  createDataOption,
  createHostOption,
  createLogOption,
  createPortOption,
  createSettingsOption,
  createStoresOption,
  parseWholeNumber,
} from "./options.js";
import { formatCount, print, report } from "./output.js";
import { collectSettings } from "./process-settings.js";

/** `safelight serve` */
export function createServeCommand(): Command {
  return new Command("serve")
    .description(
      "serve the dashboard, the HTTP API and the renditions of a data directory or other stores, and process uploads",
    )
    .addOption(createPortOption("port to listen on; 0 for any free port").default(3_000))
    .addOption(
      createHostOption("address to listen on; if other machines can reach it, SAFELIGHT_TOKEN must be set"),
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
    .addOption(createLogOption())
    .addOption(createStoresOption())
    .addOption(createSettingsOption())
    .option("--no-work", "process nothing here: safelight work does, in processes of its own")
    .action(async (_options, command: Command) => {
      process.exitCode = await runServer(command);
    });
}

async function runServer(command: Command): Promise<ExitCode> {
  const { variables, faults } = collectSettings(command);
  // Not at the top: the other commands need no server.
  const { listAccessFaults } = await import("../server/access.js");
  const { [VARIABLES.host]: host = "", [VARIABLES.token]: given } = variables;
  const settings = readProcessSettings(variables, [...faults, ...listAccessFaults(host, given)]);
  const { stores, watch, cors: origins, token, stopMilliseconds, telemetry: kind, ...options } = settings;
  if (kind && stores.kind === "local" && settings.work)
    throw refusal("invalid-input", `--no-work beside ${VARIABLES.stores} local`, VARIABLES.telemetry, kind);
  const config = await loadConfiguration(settings.config);
  const { startServer, startSharedServer } = await import("../server/server.js");
  const interruption = catchInterruption({ finishing: "accepted uploads are processed" });
  try {
    const common = { ...options, config, origins, token };
    const telemetry = kind && loadOpenTelemetry();
    const server =
      stores.kind === "local"
        ? await startServer({ ...common, dir: stores.dir, watch })
        : await startSharedServer({ ...common, modules: await loadStores(stores, telemetry), telemetry });
    print(`listening on ${server.url}`);
    if (options.dashboard)
      print(`look at pictures and upload some: open ${options.publicUrl ?? server.url} in a browser`);
    const credentials = token ? ' -H "Authorization: Bearer $SAFELIGHT_TOKEN"' : "";
    print(`upload a picture: curl -F file=@photo.jpg${credentials} ${server.url}/images`);
    if (!interruption.signal.aborted) await once(interruption.signal, "abort");
    const { left } = await server.close(stopMilliseconds);
    if (left === 0) return EXIT.ready;
    report(`could not finish: ${formatCount(left, "change")} left; the next start resumes them`);
    return EXIT.unfinished;
  } finally {
    interruption.dispose();
  }
}

function parseWebOrigin(text: string): string {
  if (!isWebOrigin(text)) throw new InvalidArgumentError("expected an origin such as https://app.example");
  return text;
}

function parseWebAddress(text: string): string {
  if (!isWebAddress(text)) throw new InvalidArgumentError("expected a URL such as https://images.example");
  return text;
}
