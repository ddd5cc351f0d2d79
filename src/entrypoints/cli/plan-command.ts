import { basename } from "node:path";
import { Command } from "commander";
import { quote, rejectsOriginal, SafelightError } from "../../domain/model/errors.js";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { loadConfiguration } from "../configuration/index.js";
import { readInput } from "../files/read-input.js";
import { composeInMemory } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { readErrorReason } from "./find-inputs.js";
import {
  createConfigOption,
  createDataOption,
  createGraceOption,
  createJsonOption,
  createNewDeploymentOption,
  createOtherEngineOption,
  createSettingsOption,
  createStackOption,
  createStoresOption,
} from "./options.js";
import { print, report, toJsonLine } from "./output.js";
import { planAll } from "./plan-all.js";
import { formatPlan } from "./plan-lines.js";
import type { ComparingOptions } from "./reconcile-command.js";

interface PlanOptions extends ComparingOptions {
  readonly config?: string;
  readonly prices?: string;
  readonly all?: true;
}

/** `safelight plan <file>` and `safelight plan --all` */
export function createPlanCommand(): Command {
  return new Command("plan")
    .description(
      "show how a file, or all images after a change of the configuration, would be processed; nothing is stored",
    )
    .argument("[file]", "the image file; - for standard input")
    .option("--all", "show what safelight reconcile would do with all images")
    .addOption(createStoresOption())
    .addOption(createStackOption())
    .addOption(createDataOption())
    .addOption(createSettingsOption())
    .addOption(createConfigOption())
    .addOption(createGraceOption(60))
    .addOption(createOtherEngineOption())
    .addOption(createNewDeploymentOption())
    .option("--prices <file>", "JSON with prices of your own, in dollars, for the bill of --all on AWS")
    .addOption(createJsonOption())
    .action(async (file: string | undefined, options: PlanOptions, command: Command) => {
      if ((file === undefined) === (options.all === undefined))
        throw new SafelightError(
          "invalid-input",
          `expected either a file or --all for a plan but received ${file === undefined ? "neither" : "both"}`,
        );
      process.exitCode = file === undefined ? await planAll(command, options) : await runPlan(file, options);
    });
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
