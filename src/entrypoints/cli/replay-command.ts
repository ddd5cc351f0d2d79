import { Command } from "commander";
import type { Delivery } from "../../domain/model/change.js";
import { quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import type { Pipeline } from "../../domain/pipeline.js";
import { loadConfiguration } from "../configuration/index.js";
import { readInput } from "../files/read-input.js";
import { loadStores } from "../settings/load-stores.js";
import { readProcessSettings } from "../settings/read-process-settings.js";
import type { StoreSettings } from "../settings/read-store-settings.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { readErrorReason } from "./find-inputs.js";
import { catchInterruption } from "./interruption.js";
import {
  assertDataDirectory,
  createConfigOption,
  createDataOption,
  createJsonOption,
  createSettingsOption,
  createStoresOption,
} from "./options.js";
import { formatCount, formatSize, print, report, toJsonLine } from "./output.js";
import { collectSettings } from "./process-settings.js";
import { formatReplayed, formatStep } from "./replay-lines.js";

const EXPLANATION = `
The file holds what was recorded: an event of S3, of SQS, SNS or EventBridge as a
function gets it, what "aws sqs receive-message" prints, or bodies of messages,
those of a dead-letter queue too; one JSON value, a list, one a line, or what was
printed one after the other.

Replaying is safe to repeat: what a later change has decided stays. On other
stores than those that the recording is of, each change becomes a look at what
lies there now.`;

/** `safelight replay <file>` */
export function createReplayCommand(): Command {
  return new Command("replay")
    .description("settle recorded notifications again, and say of each what it did and why")
    .argument("<file>", "file with what was recorded; - for standard input")
    .addOption(createStoresOption())
    .addOption(createDataOption())
    .addOption(createSettingsOption())
    .addOption(createConfigOption())
    .addOption(createJsonOption())
    .addHelpText("after", EXPLANATION)
    .action(async (file: string, { json = false }: { json?: boolean }, command: Command) => {
      process.exitCode = await runReplay(file, json, command);
    });
}

/** Most bytes of a recording: a dead-letter queue of a hundred thousand messages. */
const MOST_BYTES = 250_000_000;

interface Recording {
  readonly deliveries: readonly Delivery[];
  /** The names of events that change no original. */
  readonly skipped: readonly string[];
  readonly unreadable: readonly string[];
}

async function runReplay(file: string, json: boolean, command: Command): Promise<ExitCode> {
  const { variables, faults } = collectSettings(command);
  const settings = readProcessSettings(variables, faults);
  const { stores } = settings;
  if (stores.kind === "local") assertDataDirectory(stores.dir);
  const { deliveries, skipped, unreadable } = await parseFile(file, stores);
  const config = await loadConfiguration(settings.config);
  const { compose, configModule, sharpWorkersModule } = await import("./composition.js");
  const interruption = catchInterruption({ finishing: "the change in hand is settled" });
  const modules = [...(await loadStores(stores)), sharpWorkersModule(), configModule(config)];
  const { pipeline, close } = await compose(...modules);
  let failed = 0;
  try {
    for (const [name, count] of countNames(skipped))
      report(`skipped: ${formatCount(count, "event")} ${name}, which changes no original`);
    for (const reason of unreadable) report(`could not be read: ${reason}`);
    for (const [index, delivery] of deliveries.entries()) {
      if (interruption.signal.aborted) return EXIT.interrupted;
      if (!json) print(formatStep(delivery, `${index + 1}/${deliveries.length}`));
      const lines = await replayOne(pipeline, delivery, { sameStore: stores.kind === "aws", json });
      if (lines === undefined) failed += 1;
      for (const line of lines ?? []) print(line);
    }
  } finally {
    await close();
    interruption.dispose();
  }
  const count = formatCount(deliveries.length, "change");
  const left = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  const summary = `${count} replayed, ${failed} could not finish, ${unreadable.length} could not be read${left}`;
  (json ? report : print)(summary);
  return failed + unreadable.length === 0 ? EXIT.ready : EXIT.unfinished;
}

/** The lines that say what a change did; `undefined` if it could not be settled, which is reported here. */
async function replayOne(
  pipeline: Pipeline,
  { change, attempt }: Delivery,
  { sameStore, json }: { readonly sameStore: boolean; readonly json: boolean },
): Promise<readonly string[] | undefined> {
  try {
    const replayed = await pipeline.replay(change, { sameStore });
    return json ? [toJsonLine({ recorded: change, attempt, ...replayed })] : formatReplayed(replayed);
  } catch (error) {
    if (!(error instanceof SafelightError)) throw error;
    report(`could not finish: ${change.key}: ${error.code}: ${error.message}`);
    return undefined;
  }
}

/** Reads the recording: of a pipeline on AWS the notifications of its own bucket, for other stores those of any bucket. */
async function parseFile(file: string, stores: StoreSettings): Promise<Recording> {
  const { ANY_BUCKET, parseRecording } = await import("../../adapters/aws/recorded-notifications.js");
  const buckets = stores.kind === "aws" ? stores.settings : { originals: ANY_BUCKET, renditions: "" };
  const text = await readText(file);
  const messages = parseRecording(text, {
    originals: buckets.originals,
    renditions: buckets.renditions,
    maxAttempts: Number.POSITIVE_INFINITY,
  });
  const deliveries = messages.flatMap((message) => message.deliveries);
  const skipped = messages.flatMap((message) => message.skipped);
  const unreadable = messages.flatMap((message) => message.unreadable);
  if (deliveries.length + skipped.length + unreadable.length === 0) {
    const received = text.trim() === "" ? "nothing: it is empty" : `none: ${quote(text)}`;
    throw refusalInWords("invalid-input", "recorded notifications", `the file ${quote(file)}`, received);
  }
  return { deliveries, skipped, unreadable };
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

async function readText(file: string): Promise<string> {
  try {
    const bytes = await readInput(file, MOST_BYTES + 1);
    // The first part of it alone would be replayed otherwise.
    if (bytes.length > MOST_BYTES)
      throw refusalInWords(
        "invalid-input",
        `at most ${formatSize(MOST_BYTES)}, such as a part of the messages`,
        "the recording",
        "more",
      );
    return Buffer.from(bytes).toString();
  } catch (error) {
    if (error instanceof SafelightError) throw error;
    throw refusalInWords(
      "invalid-input",
      "a file that can be read",
      "the recording",
      `${file} (${readErrorReason(error)})`,
    );
  }
}
