import { Command, Option } from "commander";
import { composeLocal } from "./compose-local.js";
import { printFailedDeliveries, sendDeliveriesAgain } from "./failed-deliveries.js";
import { assertDataDirectory, createDataOption, createJsonOption } from "./options.js";

interface EventsOptions {
  readonly data: string;
  readonly failed?: true;
  readonly resend?: string;
  readonly json?: true;
}

/** `safelight events` */
export function createEventsCommand(): Command {
  return new Command("events")
    .description("list the events that subscribers did not take, and send them again")
    .addOption(createDataOption())
    .addOption(
      new Option("--failed", "list the deliveries to webhooks that failed for good").conflicts("resend"),
    )
    .option("--resend <id>", "send a failed delivery to its webhook again; all for all of them")
    .addOption(createJsonOption())
    .action(runEvents);
}

async function runEvents({ data, resend, json }: EventsOptions): Promise<void> {
  assertDataDirectory(data);
  const { localAdapters } = await import("../container/index.js");
  const composition = await composeLocal({ dir: data });
  try {
    const { webhookDeliveries } = composition.get(localAdapters);
    if (resend !== undefined) await sendDeliveriesAgain(webhookDeliveries, resend);
    else await printFailedDeliveries(webhookDeliveries, { json: json ?? false });
  } finally {
    await composition.close();
  }
}
