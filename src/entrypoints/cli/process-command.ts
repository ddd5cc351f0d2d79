import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import { refusal } from "../../domain/model/errors.js";
import { checkOwnerName } from "../../domain/model/owner.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { isDataDirectory } from "../files/left-out-folder.js";
import { composeLocal } from "./compose-local.js";
import { assertSheetFile, writeContactSheet } from "./contact-sheet.js";
import type { PreviewPorts } from "./contact-sheet-previews.js";
import { EXIT } from "./exit-codes.js";
import { findInputs, type InputFile } from "./find-inputs.js";
import { catchInterruption } from "./interruption.js";
import {
  createConcurrencyOption,
  createConfigOption,
  createDataOption,
  createJsonOption,
} from "./options.js";
import { formatCount, outputClosed, print, report, toJsonLine } from "./output.js";
import { isSmallFile, type Outcome, processFiles } from "./process-files.js";
import { showProgress } from "./progress.js";
import { chooseExitCode, formatSummary, listProblems, type Run } from "./summary.js";

interface ProcessOptions {
  readonly data: string;
  readonly config?: string;
  readonly concurrency: number;
  readonly force?: true;
  readonly invalidate?: true;
  readonly owner?: string;
  readonly key?: string;
  readonly prefix?: string;
  readonly json?: true;
  readonly contactSheet?: string;
}

const EXAMPLES_AND_EXIT_CODES = `
Examples:
  safelight process photos              render a folder; see safelight-data/by-name
  safelight process cat.jpg --out out   render one file; see out/by-name
  curl -s https://example.com/cat.jpg | safelight process - --key cat.jpg

Exit codes:
  0    all images are ready
  1    some image was rejected
  2    invalid command line or configuration; nothing was done
  3    something could not be finished; run the command again
  130  interrupted; run the command again`;

/** `safelight process <file or folder>...` */
export function createProcessCommand(): Command {
  return new Command("process")
    .description("render thumbnails of files and folders; a bad file does not stop the run")
    .argument("<paths...>", "files, folders and patterns to process; - for standard input")
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .addOption(createFilesOption())
    .option("--force", "render all images again, even those that are up to date")
    .option("--invalidate", "make the CDN drop its copies of these images")
    .option("--key <key>", "key of the image, for one file; the default is its name")
    .option("--prefix <prefix>", "beginning of all keys, such as 2026/")
    .option("--owner <name>", 'owner of the images; the configuration must set uploads.owner to "caller"')
    .option("--contact-sheet <file.html>", "write a page that shows each original next to its renditions")
    .addOption(createJsonOption())
    .addHelpText("after", EXAMPLES_AND_EXIT_CODES)
    .action(async (paths: string[], options: ProcessOptions, command: Command) => {
      // Who names a number means it.
      const isChosen = command.getOptionValueSource("concurrency") !== "default";
      process.exitCode = await runProcess(paths, { ...options, smallInPlace: isChosen ? 1 : SMALL_IN_PLACE });
    });
}

/** How many small files are in hand in place of one: what is stored of them is written together. */
const SMALL_IN_PLACE = 16;

function createFilesOption() {
  const option = createConcurrencyOption();
  const explained = `number of cores + 1, or ${SMALL_IN_PLACE} times as many below 256 KiB`;
  return option.default(option.defaultValue, explained);
}

async function runProcess(paths: readonly string[], options: ProcessOptions & { smallInPlace: number }) {
  // Nobody waits for this thread, and every original makes V8 look for garbage: in steps, with helper threads beside
  // them, that took 15 ms of processor time a picture of 12 MP; in one go it takes a few.
  setFlagsFromString("--no-incremental-marking");
  const config = await loadConfiguration(options.config);
  const owner = readOwner(options, config.uploads);
  const found = await findInputs(paths, options);
  if (options.contactSheet !== undefined) await assertSheetFile(options.contactSheet, found.files);
  const interruption = catchInterruption();
  const signal = AbortSignal.any([interruption.signal, outputClosed]);
  // An error of a file is that file's outcome; for changes that an earlier run left, only the log says the reason.
  let settlingOpen = true;
  const log: Log = (level, message, fields) => {
    if (settlingOpen && !signal.aborted && level === "warn") report(`${message}: ${fields?.error}`);
  };
  const { pipeline, ports, close } = await composeLocal({
    dir: options.data,
    config,
    log,
    startedEarly: hasWorkToDo(options) ? countEarlyProcesses(found.files) : 0,
  });
  try {
    const leftOpen = await drainOpenChanges(pipeline, options.concurrency, signal);
    settlingOpen = false;
    const progress = showProgress(found.files.length, { bar: process.stderr.isTTY && !options.json });
    const outcomes: Outcome[] = [];
    await processFiles({
      pipeline,
      files: found.files,
      concurrency: options.concurrency,
      smallInPlace: options.smallInPlace,
      input: { owner },
      how: { force: options.force, invalidate: options.invalidate },
      maxBytes: config.uploads.maxBytes,
      signal,
      onOutcome(outcome) {
        outcomes.push(outcome);
        progress.advance(outcome);
        if (options.json && outcome.type !== "unfinished") print(toJsonLine(outcome.record));
      },
    }).finally(progress.stop);
    const interrupted = signal.aborted && outcomes.length < found.files.length;
    const run = { found, outcomes, leftOpen, interrupted };
    for (const line of listProblems(run)) report(line);
    for (const line of formatSummary(run)) (options.json ? report : print)(line);
    const sheet = options.contactSheet;
    const complete =
      sheet === undefined || (await tryWriteContactSheet(sheet, run, ports, config.uploads, signal));
    return complete ? chooseExitCode(run) : EXIT.interrupted;
  } finally {
    await close();
    interruption.dispose();
  }
}

/** Whether pictures are going to be rendered, as far as that is known before a record is read. */
function hasWorkToDo({ data, force }: ProcessOptions): boolean {
  return force === true || !isDataDirectory(data);
}

/** How many processes are started before their pictures are read: small ones share one. */
function countEarlyProcesses(files: readonly InputFile[]): number {
  const large = files.filter((file) => !isSmallFile(file)).length;
  return Math.max(large, Math.min(files.length, 1));
}

/** Throws `invalid-input` for an invalid name, and for a configuration that ignores owners. */
function readOwner({ owner }: ProcessOptions, { owner: source }: UploadPolicy): string | undefined {
  if (owner !== undefined && source !== "caller")
    throw refusal("invalid-input", '"caller" (required by --owner)', "uploads.owner", source);
  return owner === undefined ? undefined : checkOwnerName(owner);
}

/** Writes the contact sheet. Resolves to false, and leaves no file, if the run was interrupted before the sheet was complete. */
async function tryWriteContactSheet(
  file: string,
  run: Run,
  ports: PreviewPorts,
  uploads: UploadPolicy,
  signal: AbortSignal,
) {
  try {
    signal.throwIfAborted();
    await writeContactSheet(file, run, ports, { uploads, signal });
    report(`contact sheet: ${file}`);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Settles the changes that an interrupted run has left. Resolves to the number that could not be settled. */
async function drainOpenChanges(pipeline: Pipeline, concurrency: number, signal: AbortSignal) {
  try {
    const { settled, failed } = await pipeline.drainQueue({ concurrency, signal });
    if (settled > 0) report(`settled ${formatCount(settled, "change")} left by an earlier run`);
    return failed;
  } catch (error) {
    if (signal.aborted) return 0;
    throw error;
  }
}
