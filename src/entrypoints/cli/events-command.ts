import { Command, Option } from "commander";
import type { ImageEventType } from "../../domain/model/image-record.js";
import { composeLocal } from "./compose-local.js";
import { printFailedDeliveries, sendDeliveriesAgain } from "./failed-deliveries.js";
import { assertDataDirectory, createDataOption, createJsonOption } from "./options.js";
import { printEvents } from "./print-events.js";

interface EventsOptions {
  readonly data: string;
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
    .addOption(createDataOption())
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

async function runEvents({
  data,
  failed,
  resend,
  since,
  json = false,
  ...query
}: EventsOptions): Promise<void> {
  assertDataDirectory(data);
  const { localAdapters } = await import("./composition.js");
  const composition = await composeLocal({ dir: data });
  try {
    const { webhookDeliveries } = composition.get(localAdapters);
    if (resend !== undefined) await sendDeliveriesAgain(webhookDeliveries, resend);
    else if (failed) await printFailedDeliveries(webhookDeliveries, { json });
    else process.exitCode = await printEvents(composition.pipeline, { ...query, after: since, json });
  } finally {
    await composition.close();
  }
}
