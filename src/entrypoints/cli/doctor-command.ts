import { Command, Option } from "commander";
import type { Diagnosis } from "../../domain/model/finding.js";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import {
  assertDataDirectory,
  createConfigOption,
  createDataOption,
  createJsonOption,
  parseWholeNumber,
} from "./options.js";
import { formatCount, formatTable, print, report, toJsonLine } from "./output.js";

interface DoctorCommandOptions {
  readonly data: string;
  readonly config?: string;
  readonly repair?: true;
  readonly grace: number;
  readonly json?: true;
}

const MINUTE_MILLISECONDS = 60_000;
const MAX_GRACE_MINUTES = 10_000_000;
const HEADER = ["FOUND", "ID", "OUTCOME", "WHERE"];

/** `safelight doctor` */
export function createDoctorCommand(): Command {
  return new Command("doctor")
    .description("find and repair damage in the data directory")
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .option("--repair", "repair the damage; an image without its original is removed")
    .addOption(
      new Option(
        "--grace <minutes>",
        "ignore anything newer, because a running process may still be working on it; 0 if none is running",
      )
        .default(60)
        .argParser((text) => parseWholeNumber(text, MAX_GRACE_MINUTES, 0)),
    )
    .addOption(createJsonOption())
    .action(async (options: DoctorCommandOptions) => {
      process.exitCode = await runDoctor(options);
    });
}

async function runDoctor(options: DoctorCommandOptions): Promise<ExitCode> {
  const { data, repair, grace, json } = options;
  const config = await loadConfiguration(options.config);
  assertDataDirectory(data);
  const { pipeline, close } = await composeLocal({ dir: data, config });
  const interruption = catchInterruption();
  try {
    const found = await pipeline.doctor({
      repair,
      graceMs: grace * MINUTE_MILLISECONDS,
      signal: interruption.signal,
    });
    if (json) for (const diagnosis of found) print(toJsonLine(diagnosis));
    else if (found.length > 0) for (const line of formatTable([HEADER, ...found.map(toRow)])) print(line);
    const left = found.filter(({ repaired }) => !repaired).length;
    const ways = repair ? "" : " (run with --repair to repair them)";
    report(
      left === 0
        ? `${formatCount(found.length, "finding")}, nothing left to repair`
        : `${formatCount(found.length, "finding")}, ${left} left${ways}`,
    );
    return left === 0 ? EXIT.ready : EXIT.rejected;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return EXIT.interrupted;
  } finally {
    interruption.dispose();
    await close();
  }
}

function toRow({ kind, imageId, key, rendition, repaired, problem }: Diagnosis): string[] {
  return [kind, imageId, repaired ? "repaired" : (problem ?? "left"), rendition ?? key ?? ""];
}
