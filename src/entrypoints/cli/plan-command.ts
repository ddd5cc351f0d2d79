import { basename } from "node:path";
import { Command } from "commander";
import { rejectsOriginal, SafelightError, shown } from "../../domain/model/errors.js";
import type { PlannedCopy, PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import { loadPipelineConfig } from "../configuration/index.js";
import { composeInMemory } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { reasonOf } from "./find-inputs.js";
import { configOption, dataOption, jsonOption } from "./options.js";
import { humanSize, print, report, table } from "./output.js";
import { jsonLine, printable } from "./printable.js";
import { readFileUpTo } from "./read-file-up-to.js";

interface PlanOptions {
  readonly config?: string;
  readonly json?: true;
}

/** `safelight plan <file>` */
export function planCommand(): Command {
  return (
    new Command("plan")
      .description("what would be done to a file, in numbers; nothing is stored")
      .argument("<file>")
      // Taken like everywhere, so that a command line can be changed in one word; a plan needs no data.
      .addOption(dataOption())
      .addOption(configOption())
      .addOption(jsonOption())
      .action(async (file: string, options: PlanOptions) => {
        process.exitCode = await runPlan(file, options);
      })
  );
}

async function runPlan(file: string, { config: configFile, json }: PlanOptions): Promise<ExitCode> {
  const { config } = await loadPipelineConfig({ file: configFile });
  const bytes = await readFileUpTo(file, config.uploads.maxBytes + 1).catch((cause) => {
    const message = `expected a readable file but received ${shown(file)} (${reasonOf(cause)})`;
    throw new SafelightError("invalid-input", message, { cause });
  });
  const { pipeline, close } = await composeInMemory(config);
  try {
    const plan = await pipeline.plan(bytes);
    for (const line of json ? [jsonLine(plan)] : linesOf(plan)) print(line);
    return EXIT.ready;
  } catch (error) {
    if (!rejectsOriginal(error)) throw error;
    report(`rejected: ${printable(basename(file))}: ${error.code}: ${error.message}`);
    return EXIT.rejected;
  } finally {
    await close();
  }
}

function linesOf({ source, upright, outputs }: RenderPlan): string[] {
  const frames = source.frames > 1 ? `, ${source.frames} frames` : "";
  const cost = `${humanSize(source.decodeCost)} of memory to decode`;
  const first = `${source.format}, ${upright.width} x ${upright.height}${frames}, ${humanSize(source.bytes)}, ${cost}`;
  if (outputs.length === 0) return [first, "no renditions"];
  return [first, ...table([["NAME", "FORMAT", "PIXELS", "HOW"], ...outputs.map(rowOf)])];
}

function rowOf(output: PlannedImage | PlannedCopy): string[] {
  const { name, format, size } = output;
  return [name, format, `${size.width} x ${size.height}`, output.kind === "copy" ? "copy" : stepsOf(output)];
}

function stepsOf({ resize, crop, canvas, smartCrop, quality, frames, flattened }: PlannedImage): string {
  return [
    `resize to ${resize.width} x ${resize.height}`,
    crop && `crop ${crop.width} x ${crop.height} at ${smartCrop ?? `${crop.left}, ${crop.top}`}`,
    canvas && `pad to ${canvas.width} x ${canvas.height} at ${canvas.left}, ${canvas.top}`,
    quality !== undefined && `quality ${quality}`,
    frames > 1 && `${frames} frames`,
    flattened && "first frame only",
  ]
    .filter((step) => step)
    .join(", ");
}
