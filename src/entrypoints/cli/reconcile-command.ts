import { setFlagsFromString } from "node:v8";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  addDifference,
  type Difference,
  type DifferenceSummary,
  NO_DIFFERENCE,
} from "../../domain/model/difference.js";
import type { FindingKind } from "../../domain/model/finding.js";
import type { Pipeline, ReconcileOptions } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import { composeStores } from "./compose-stores.js";
import { formatOutcomes, formatWork, reportProblem, type SettledMeanwhile } from "./difference-lines.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import { createInventoryOption, readListedOriginals } from "./inventory-option.js";
import { reportLeftOutFiles } from "./left-out-files.js";
import {
  createConcurrencyOption,
  createConfigOption,
  createDataOption,
  createGraceOption,
  createJsonOption,
  createNewDeploymentOption,
  createOtherEngineOption,
  createSettingsOption,
  createStackOption,
  createStoresOption,
  DEPLOYMENT_REMEDY,
  MINUTE_MILLISECONDS,
} from "./options.js";
import { outputClosed, print, report, toJsonLine } from "./output.js";
import { showReconcileProgress } from "./reconcile-progress.js";
import { StrayFiles } from "./stray-files.js";

/** The options of a comparison of all images, but for those that say where they are. */
export interface ComparingOptions {
  readonly grace: number;
  readonly otherEngine?: boolean;
  readonly newDeployment?: boolean;
  readonly json?: true;
}

interface ReconcileCommandOptions extends ComparingOptions {
  readonly concurrency: number;
  readonly rate: number;
  readonly work: boolean;
  readonly inventory?: string;
}

/** `safelight reconcile` */
export function createReconcileCommand(): Command {
  return createComparingCommand("reconcile", "render, repair and remove what differs from what should be", 60)
    .addOption(createOtherEngineOption())
    .addHelpText(
      "after",
      `
"safelight plan --all" shows beforehand what would be done. An interrupted run
loses nothing: run the command again.`,
    )
    .action(async (options: ReconcileCommandOptions, command: Command) => {
      process.exitCode = await runReconcile(command, options);
    });
}

/** `safelight import` */
export function createImportCommand(): Command {
  return createComparingCommand(
    "import",
    "make images of the originals in the data directory that have no record",
    0,
  )
    .addOption(createInventoryOption())
    .addHelpText(
      "after",
      `
Put the files below originals/ in the data directory, under any names; they are
neither copied nor renamed. What is left out, such as a link, is said, and the
command ends with 3. An interrupted run loses nothing: run the command again.`,
    )
    .action(async (options: ReconcileCommandOptions, command: Command) => {
      process.exitCode = await runReconcile(command, options, ["unrecorded-original"]);
    });
}

function createComparingCommand(name: string, description: string, grace: number): Command {
  return new Command(name)
    .description(description)
    .addOption(createStoresOption())
    .addOption(createStackOption())
    .addOption(createDataOption())
    .addOption(createSettingsOption())
    .addOption(createConfigOption())
    .addOption(createConcurrencyOption())
    .option("--no-work", "leave the processing to safelight serve or safelight work; on AWS always")
    .addOption(
      new Option(
        "--rate <n/s>",
        "most images begun in a second, minute or hour, such as 20/s, 5/min or 100/h",
      )
        .default(Number.POSITIVE_INFINITY, "no limit")
        .argParser(parseRate),
    )
    .addOption(createGraceOption(grace))
    .addOption(createNewDeploymentOption())
    .addOption(createJsonOption());
}

async function runReconcile(
  command: Command,
  options: ReconcileCommandOptions,
  only?: readonly FindingKind[],
): Promise<ExitCode> {
  // As in `process`: nobody waits for this thread.
  setFlagsFromString("--no-incremental-marking");
  const interruption = catchInterruption({ finishing: "what is being rendered is put back" });
  const signal = AbortSignal.any([interruption.signal, outputClosed]);
  const reportFailure: Log = (level, message, fields) => {
    if (!signal.aborted && level === "warn") report(`${message}: ${fields?.key}: ${fields?.error}`);
  };
  const { pipeline, close, settings, deployment } = await composeStores(command, reportFailure);
  // On AWS the functions of the deployment settle what is asked for.
  const concurrency = settings.stores.kind === "aws" || !options.work ? 0 : options.concurrency;
  const strays = new StrayFiles();
  const progress = showReconcileProgress({ bar: process.stderr.isTTY && !options.json });
  try {
    const reportDifference = (difference: Difference) => {
      reportProblem(difference);
      if (options.json) print(toJsonLine(difference));
    };
    const listed = await readListedOriginals(options.inventory, settings.stores);
    const how = {
      ...toReconcileOptions(options),
      ...(deployment && { deployment }),
      ...(only && { only }),
      ...listed,
      onProgress: progress.update,
      onStrayFile: strays.add,
    };
    const run = await closeAll(
      pipeline,
      { ...how, rate: options.rate, signal },
      concurrency,
      reportDifference,
    );
    if (settings.stores.kind === "local") await strays.addEntries(settings.stores.dir, signal);
    progress.stop();
    strays.report();
    const { images } = run.summary;
    const lines = [formatOutcomes(run.summary, run.settled), ...(images > 0 ? formatWork(run.summary) : [])];
    for (const line of lines) (options.json ? report : print)(line);
    // Who imports has filled the folder by hand, and misses what is not taken.
    const isImport = only?.includes("unrecorded-original") ?? false;
    const leftOut =
      isImport && settings.stores.kind === "local" ? await reportLeftOutFiles(settings.stores.dir) : 0;
    const unfinished = (run.settled?.failed ?? 0) + (run.summary.outcomes.failed ?? 0) + leftOut;
    return unfinished === 0 ? EXIT.ready : EXIT.unfinished;
  } catch (error) {
    if (!signal.aborted) throw error;
    report("interrupted; run the command again");
    return EXIT.interrupted;
  } finally {
    progress.stop();
    await close();
    interruption.dispose();
  }
}

/** Sends the requests and, unless `concurrency` is 0, settles them meanwhile; resolves once both are done. */
async function closeAll(
  pipeline: Pipeline,
  how: ReconcileOptions & { readonly signal: AbortSignal },
  concurrency: number,
  onDifference: (difference: Difference) => void,
): Promise<{ readonly summary: DifferenceSummary; readonly settled?: SettledMeanwhile }> {
  const sent = new AbortController();
  const working =
    concurrency === 0
      ? Promise.resolve(undefined)
      : pipeline.work({ concurrency, signal: how.signal, finish: sent.signal });
  let summary = NO_DIFFERENCE;
  try {
    for await (const difference of pipeline.reconcile({ ...how, apply: true })) {
      summary = addDifference(summary, difference);
      onDifference(difference);
    }
  } finally {
    sent.abort();
    pipeline.wake();
    await working;
  }
  how.signal.throwIfAborted();
  const settled = await working;
  return { summary, ...(settled && { settled }) };
}

/** The options of a comparison in the library's terms. */
export function toReconcileOptions({
  grace,
  otherEngine = false,
  newDeployment = false,
}: ComparingOptions): ReconcileOptions {
  return {
    graceMs: grace * MINUTE_MILLISECONDS,
    otherEngine,
    newDeployment,
    startedBy: "command",
    remedy: DEPLOYMENT_REMEDY,
  };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600 };

/** Parses a rate: the number in a second. */
function parseRate(text: string): number {
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)(?:\/(s|min|h))?$/.exec(text) ?? [];
  const rate = Number(count) / (SECONDS[unit] ?? 1);
  if (!(rate > 0)) throw new InvalidArgumentError("expected a rate such as 20/s, 5/min or 100/h");
  return rate;
}
