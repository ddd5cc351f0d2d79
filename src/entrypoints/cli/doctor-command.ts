import { Command, Option } from "commander";
import type { Diagnosis } from "../../domain/model/finding.js";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { expectInterruption } from "./interruption.js";
import { configOption, dataOption, insistOnDataDirectory, jsonOption, wholeNumber } from "./options.js";
import { counted, jsonLine, print, report, table } from "./output.js";

interface DoctorCommandOptions {
  readonly data: string;
  readonly config?: string;
  readonly repair?: true;
  readonly grace: number;
  readonly json?: true;
}

const MINUTE = 60_000;
const MAX_GRACE = 10_000_000;
const HEADER = ["FOUND", "ID", "OUTCOME", "WHERE"];

/** `safelight doctor` */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("find what crashes or strangers damaged in the data directory, and repair it")
    .addOption(dataOption())
    .addOption(configOption())
    .option("--repair", "repair what is found; an image whose original is gone is removed")
    .addOption(
      new Option(
        "--grace <minutes>",
        "leave alone what is younger, because a process that runs may be at work on it; 0 when none does",
      )
        .default(60)
        .argParser((text) => wholeNumber(text, MAX_GRACE, 0)),
    )
    .addOption(jsonOption())
    .action(async (options: DoctorCommandOptions) => {
      process.exitCode = await runDoctor(options);
    });
}

async function runDoctor(options: DoctorCommandOptions): Promise<ExitCode> {
  const { data, repair, grace, json } = options;
  const config = await loadConfiguration(options.config);
  insistOnDataDirectory(data);
  const { pipeline, close } = await composeLocal({ dir: data, config });
  const interruption = expectInterruption();
  try {
    const found = await pipeline.doctor({ repair, graceMs: grace * MINUTE, signal: interruption.signal });
    if (json) for (const diagnosis of found) print(jsonLine(diagnosis));
    else if (found.length > 0) for (const line of table([HEADER, ...found.map(rowOf)])) print(line);
    const left = found.filter(({ repaired }) => !repaired).length;
    const ways = repair ? "" : " (--repair repairs them)";
    report(
      left === 0
        ? `${counted(found.length, "finding")}, nothing left to repair`
        : `${counted(found.length, "finding")}, ${left} left${ways}`,
    );
    return left === 0 ? EXIT.ready : EXIT.rejected;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return EXIT.interrupted;
  } finally {
    interruption.forget();
    await close();
  }
}

function rowOf({ kind, imageId, key, rendition, repaired, problem }: Diagnosis): string[] {
  return [kind, imageId, repaired ? "repaired" : (problem ?? "left"), rendition ?? key ?? ""];
}
