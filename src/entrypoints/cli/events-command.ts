import { Command, Option } from "commander";
import { refusalInWords } from "../../domain/model/errors.js";
import type { ImageEventType } from "../../domain/model/image-record.js";
import { loadStores } from "../settings/load-stores.js";
import { readProcessSettings } from "../settings/read-process-settings.js";
import { VARIABLES } from "../settings/variables.js";
import { printFailedDeliveries, sendDeliveriesAgain } from "./failed-deliveries.js";
import {
  assertDataDirectory,
  createDataOption,
  createJsonOption,
  createSettingsOption,
  createStoresOption,
} from "./options.js";
import { printEvents } from "./print-events.js";
import { collectSettings } from "./process-settings.js";

interface EventsOptions {
  readonly follow?: true;
  readonly since?: string;
  readonly type?: ImageEventType;
  readonly failed?: true;
  readonly resend?: string;
  readonly json?: boolean;
}

const READING = ["follow", "since", "type"];

/** `safelight events` */
export function createEventsCommand(): Command {
  return new Command("events")
    .description("print the events of the last 7 days, oldest first, or those that subscribers did not take")
    .addOption(createStoresOption())
    .addOption(createDataOption())
    .addOption(createSettingsOption())
    .option("--follow", "go on with what is published from now on, until interrupted")
    .option("--since <id>", "only events after the one with this id")
    .addOption(
      new Option("--type <type>", "only events of this type").choices([
        "ImageReady",
        "ImageRejected",
        "ImageRemoved",
        "ImageEdited",
      ] as const),
    )
    .addOption(
      new Option("--failed", "list the deliveries to webhooks that failed for good").conflicts([
        "resend",
        ...READING,
      ]),
    )
    .addOption(
      new Option(
        "--resend <id>",
        "send a failed delivery to its webhook again; all for all of them",
      ).conflicts(READING),
    )
    .addOption(createJsonOption())
    .action(runEvents);
}

async function runEvents(
  { failed, resend, since, json = false, ...query }: EventsOptions,
  command: Command,
): Promise<void> {
  const { variables, faults } = collectSettings(command);
  const { stores } = readProcessSettings(variables, faults);
  if (stores.kind === "local") assertDataDirectory(stores.dir);
  const { compose, sharpWorkersModule } = await import("./composition.js");
  const { pipeline, ports, close } = await compose(...(await loadStores(stores)), sharpWorkersModule());
  try {
    const { webhookDeliveries } = ports;
    if (pipeline.events === undefined || webhookDeliveries === undefined)
      throw refusalInWords("invalid-input", "stores that keep events", VARIABLES.stores, stores.kind);
    if (resend !== undefined) await sendDeliveriesAgain(webhookDeliveries, resend);
    else if (failed) await printFailedDeliveries(webhookDeliveries, { json });
    else process.exitCode = await printEvents(pipeline, { ...query, after: since, json });
  } finally {
    await close();
  }
}
