import { once } from "node:events";
import { Command } from "commander";
import { loadConfiguration } from "../configuration/index.js";
import { loadStores } from "../settings/load-stores.js";
import { readProcessSettings } from "../settings/read-process-settings.js";
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
} from "./options.js";
import { formatCount, print } from "./output.js";
import { collectSettings } from "./process-settings.js";

/** `safelight work` */
export function createWorkCommand(): Command {
  return new Command("work")
    .description("process what waits in the queue, until it is stopped; any number of these may run at once")
    .addOption(createStoresOption())
    .addOption(createDataOption())
    .addOption(createSettingsOption())
    .addOption(createConfigOption())
    .addOption(createConcurrencyOption())
    .addOption(createPortOption("port on which GET /health is answered; 0 for any free port (default: none)"))
    .addOption(createHostOption("address on which GET /health is answered"))
    .addOption(createLogOption())
    .action(async (_options, command: Command) => {
      process.exitCode = await runWorker(command);
    });
}

async function runWorker(command: Command): Promise<ExitCode> {
  const { variables, faults } = collectSettings(command);
  const { stores, stopMilliseconds, telemetry: kind, ...settings } = readProcessSettings(variables, faults);
  const config = await loadConfiguration(settings.config);
  // Not at the top: the other commands need no worker.
  const { startWorker } = await import("../server/worker.js");
  const interruption = catchInterruption({ finishing: "the images in hand are processed or handed back" });
  try {
    const telemetry = kind && loadOpenTelemetry();
    const modules = await loadStores(stores, telemetry);
    const worker = await startWorker({ ...settings, config, modules, telemetry });
    print(`working on ${stores.kind}${worker.url === undefined ? "" : `, health at ${worker.url}/health`}`);
    if (!interruption.signal.aborted) await once(interruption.signal, "abort");
    const { settled, failed } = await worker.close(stopMilliseconds);
    print(`settled ${formatCount(settled, "change")}, handed back ${failed}`);
    return EXIT.ready;
  } finally {
    interruption.dispose();
  }
}
