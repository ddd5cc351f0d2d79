import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { type ErrorCode, hasCode, SafelightError } from "../../domain/model/errors.js";
import { createCompletionCommand } from "./completion-command.js";
import { createDoctorCommand } from "./doctor-command.js";
import { createEditCommand } from "./edit-command.js";
import { createEventsCommand } from "./events-command.js";
import { EXIT } from "./exit-codes.js";
import { createShowCommand } from "./image-commands.js";
import { createListCommand } from "./list-command.js";
import { handleOutputErrors, report } from "./output.js";
import { createPlanCommand } from "./plan-command.js";
import { createProcessCommand } from "./process-command.js";
import { createImportCommand, createReconcileCommand } from "./reconcile-command.js";
import { createRedriveCommand } from "./redrive-command.js";
import { createRemoveCommand } from "./remove-command.js";
import { createReplayCommand } from "./replay-command.js";
import { createServeCommand } from "./serve-command.js";
import { reportUnexpected } from "./unexpected-errors.js";
import { createWorkCommand } from "./work-command.js";

const COMMANDS = [
  createProcessCommand,
  createServeCommand,
  createWorkCommand,
  createListCommand,
  createShowCommand,
  createEditCommand,
  createRemoveCommand,
  createPlanCommand,
  createReconcileCommand,
  createImportCommand,
  createReplayCommand,
  createRedriveCommand,
  createDoctorCommand,
  createEventsCommand,
  createCompletionCommand,
];

/** The codes of errors that running the same command again would meet again. A conflict is one of the configuration with the deployment's. */
const WRONG_INPUT: readonly ErrorCode[] = ["invalid-input", "not-found", "conflict"];

/** Creates the command with all of its commands; nothing runs before it parses. */
export function createProgram(): Command {
  const program = new Command("safelight")
    .description("Turn images into thumbnails and searchable metadata.")
    .version(readPackageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", "\nRun safelight <command> --help for the options of a command.");
  for (const make of COMMANDS) {
    const command = make().helpOption("-h, --help", "print this help");
    const summary = command.description();
    program.addCommand(command.summary(summary).description(toSentence(summary)));
  }
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => report(text.trimEnd()) })
      .showHelpAfterError(formatUsage(command));
  }
  return program;
}

/** Runs a command line (the words after `node` and the file) and sets `process.exitCode`. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  handleOutputErrors();
  try {
    await createProgram().parseAsync(escapeLeadingDashIds(words), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said already what is wrong.
      process.exitCode = error.exitCode === 0 ? EXIT.ready : EXIT.usage;
      return;
    }
    if (error instanceof SafelightError) report(error.message);
    else reportUnexpected(error);
    const usage = WRONG_INPUT.some((code) => hasCode(error, code));
    process.exitCode = usage ? EXIT.usage : EXIT.unfinished;
  }
}

/** The lines after an error of the command line; the whole help would scroll it away. */
function formatUsage(command: Command): string {
  const name = command.parent === null ? "safelight" : `safelight ${command.name()}`;
  return `usage: ${command.createHelp().commandUsage(command)}\nrun ${name} --help for the options`;
}

function toSentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function readPackageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  return String((manifest as { version?: unknown }).version);
}

/** The commands that take an id, and those of their options whose value is the next word. */
const OPTIONS_WITH_VALUES: Readonly<Record<string, readonly string[]>> = {
  show: ["--data", "--out"],
  remove: ["--data", "--out", "--config", "--owner"],
  edit: ["--data", "--out", "--config", "--focal-point", "--alt", "--title"],
};

/**
 * Lets people type an id that begins with a dash, as one in 64 does, without a `--` before it. In the commands that take
 * an id, every word that looks like one moves behind `--`: one dash and more than three characters, or a whole id with
 * two dashes. No option of these commands looks like that.
 */
export function escapeLeadingDashIds(words: readonly string[]): string[] {
  const [command, ...rest] = words;
  const options = OPTIONS_WITH_VALUES[command ?? ""];
  if (command === undefined || options === undefined || rest.includes("--")) return [...words];
  const isId = (word: string, index: number) =>
    /^-[A-Za-z0-9_][A-Za-z0-9_-]{2,20}$|^-[A-Za-z0-9_-]{21}$/.test(word) &&
    // The word after these options is theirs, whatever it looks like.
    !options.includes(rest[index - 1] ?? "");
  const ids = rest.filter(isId);
  if (ids.length === 0) return [...words];
  return [command, ...rest.filter((word, index) => !isId(word, index)), "--", ...ids];
}
