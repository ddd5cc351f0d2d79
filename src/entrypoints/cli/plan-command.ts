import { basename } from "node:path";
import { Command } from "commander";
import { quote, rejectsOriginal, SafelightError } from "../../domain/model/errors.js";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { loadConfiguration } from "../configuration/index.js";
import { readInput } from "../files/read-input.js";
import { composeInMemory } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { readErrorReason } from "./find-inputs.js";
import { createConfigOption, createDataOption, createJsonOption } from "./options.js";
import { print, report, toJsonLine } from "./output.js";
import { formatPlan } from "./plan-lines.js";

interface PlanOptions {
  readonly config?: string;
  readonly json?: true;
}

/** `safelight plan <file>` */
export function createPlanCommand(): Command {
  return (
    new Command("plan")
      .description("show how a file would be processed; nothing is stored")
      .argument("<file>", "the image file; - for standard input")
      // Taken like everywhere, so that a command line can be changed in one word; a plan needs no data.
      .addOption(createDataOption())
      .addOption(createConfigOption())
      .addOption(createJsonOption())
      .action(async (file: string, options: PlanOptions) => {
        process.exitCode = await runPlan(file, options);
      })
  );
}

async function runPlan(file: string, { config: configFile, json }: PlanOptions): Promise<ExitCode> {
  const config = await loadConfiguration(configFile);
  const bytes = await readInput(file, config.uploads.maxBytes + 1).catch((cause) => {
    const message = `expected a readable file but received ${quote(file)} (${readErrorReason(cause)})`;
    throw new SafelightError("invalid-input", message, { cause });
  });
  const { pipeline, ports, close } = await composeInMemory(config);
  try {
    const plan = await pipeline.plan(bytes);
    const explained = ports.engine.explain?.(plan);
    const lines = json ? [toJsonLine({ ...plan, pixels: explained?.pixels })] : formatPlan(plan, explained);
    for (const line of lines) print(line);
    return EXIT.ready;
  } catch (error) {
    if (!rejectsOriginal(error)) throw error;
    report(`rejected: ${escapeInvisible(basename(file))}: ${error.code}: ${error.message}`);
    return EXIT.rejected;
  } finally {
    await close();
  }
}
