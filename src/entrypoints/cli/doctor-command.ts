import { Command } from "commander";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { explainDamage, explainRebuilding, printFindings } from "./doctor-report.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import {
  assertOriginals,
  createConfigOption,
  createDataOption,
  createGraceOption,
  createJsonOption,
  createNewDeploymentOption,
  DEPLOYMENT_REMEDY,
  MINUTE_MILLISECONDS,
} from "./options.js";
import { StrayFiles } from "./stray-files.js";

interface DoctorCommandOptions {
  readonly data: string;
  readonly config?: string;
  readonly repair?: true;
  readonly grace: number;
  readonly newDeployment?: true;
  readonly json?: true;
}

/** `safelight doctor` */
export function createDoctorCommand(): Command {
  return new Command("doctor")
    .description("find and repair damage in the data directory")
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .option("--repair", "repair the damage; an image without its original is removed")
    .addOption(createGraceOption(60))
    .addOption(createNewDeploymentOption())
    .addOption(createJsonOption())
    .action(async (options: DoctorCommandOptions) => {
      process.exitCode = await runDoctor(options);
    });
}

async function runDoctor(options: DoctorCommandOptions): Promise<ExitCode> {
  const { data, repair = false, newDeployment = false, grace, json = false } = options;
  const config = await loadConfiguration(options.config);
  assertOriginals(data);
  const { findDirectoryDamage } = await import("../../adapters/local/directory-damage.js");
  const damage = findDirectoryDamage(data);
  const damaged = damage.map(({ row: _, ...one }) => ({ ...one, repaired: repair }));
  if (damage.length > 0 && !repair) {
    printFindings(damaged, { json });
    explainDamage(damage);
    return EXIT.rejected;
  }
  const { repairDirectory } = await import("../../adapters/local/repair-directory.js");
  const rebuilt = await repairDirectory(damage);
  const { localAdapters } = await import("./composition.js");
  const { pipeline, get, close } = await composeLocal({ dir: data, config });
  const interruption = catchInterruption();
  try {
    const strays = new StrayFiles();
    const images = await pipeline.doctor({
      repair,
      onStrayFile: strays.add,
      newDeployment,
      remedy: DEPLOYMENT_REMEDY,
      // Who repairs damage was told to stop everything else, and nobody else knows of the images whose records were lost.
      graceMs: damage.length > 0 ? 0 : grace * MINUTE_MILLISECONDS,
      signal: interruption.signal,
    });
    const lost = new Set(images.flatMap(({ key, rendition }) => [key, rendition]));
    const stale = (await get(localAdapters).findStaleAttributes({ repair }))
      // Of a file that is missing, its own finding says it.
      .filter(({ key }) => !lost.has(key))
      .map((one) => ({ kind: "stale-attributes", ...one, repaired: repair }) as const);
    await strays.addEntries(data, interruption.signal);
    strays.report();
    const left = printFindings([...damaged, ...images, ...stale], { json, repair });
    if (rebuilt) explainRebuilding(rebuilt);
    if (images.some(({ kind }) => kind === "unreadable")) return EXIT.unfinished;
    return left === 0 ? EXIT.ready : EXIT.rejected;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return EXIT.interrupted;
  } finally {
    interruption.dispose();
    await close();
  }
}
