import { basename } from "node:path";
import { Command } from "commander";
import {
  type DecodingReason,
  type PixelPlan,
  type PixelSource,
  planPixels,
} from "../../adapters/sharp/plan/pixel-plan.js";
import { rejectsOriginal, SafelightError, shown } from "../../domain/model/errors.js";
import type { PlannedCopy, PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { Size } from "../../domain/model/size.js";
import { loadConfiguration } from "../configuration/index.js";
import { readFileUpTo } from "../files/read-file-up-to.js";
import { composeInMemory } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { reasonOf } from "./find-inputs.js";
import { configOption, dataOption, jsonOption } from "./options.js";
import { humanSize, print, report, table } from "./output.js";
import { jsonLine, printable } from "./printable.js";

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
  const config = await loadConfiguration(configFile);
  const bytes = await readFileUpTo(file, config.uploads.maxBytes + 1).catch((cause) => {
    const message = `expected a readable file but received ${shown(file)} (${reasonOf(cause)})`;
    throw new SafelightError("invalid-input", message, { cause });
  });
  const { pipeline, close } = await composeInMemory(config);
  try {
    const plan = await pipeline.plan(bytes);
    const pixels = planPixels(plan);
    for (const line of json ? [jsonLine({ ...plan, pixels })] : linesOf(plan, pixels)) print(line);
    return EXIT.ready;
  } catch (error) {
    if (!rejectsOriginal(error)) throw error;
    report(`rejected: ${printable(basename(file))}: ${error.code}: ${error.message}`);
    return EXIT.rejected;
  } finally {
    await close();
  }
}

function linesOf({ source, upright, outputs }: RenderPlan, pixels: PixelPlan): string[] {
  const frames = source.frames > 1 ? `, ${source.frames} frames` : "";
  const cost = `${humanSize(source.decodeCost)} of memory to decode`;
  const first = `${source.format}, ${sizeOf(upright)}${frames}, ${humanSize(source.bytes)}, ${cost}`;
  if (outputs.length === 0) return [first, "no renditions"];
  const sources = new Map(pixels.outputs.map(({ name, source }) => [name, fromOf(source, pixels)]));
  const rows = outputs.map((output) => rowOf(output, sources.get(output.name) ?? ""));
  return [first, ...sharedLines(pixels), ...table([["NAME", "FORMAT", "PIXELS", "FROM", "HOW"], ...rows])];
}

/** How the pictures come about that outputs are made from. */
function sharedLines({ pictures, outputs }: PixelPlan): string[] {
  const alone = outputs.filter(({ source }) => source.from === "original").length;
  const [decoded, ...scaled] = pictures;
  if (!decoded || alone === outputs.length) return [];
  const steps = scaled.map(({ size }) => `then scaled to ${sizeOf(size)}`);
  const part = decoded.shrinkOnLoad && decoded.shrinkOnLoad > 1 ? ` at 1/${decoded.shrinkOnLoad}` : "";
  return [[`decoded once${part} to ${sizeOf(decoded.size)}`, ...steps].join(", ")];
}

function fromOf(source: PixelSource, { pictures }: PixelPlan): string {
  if (source.from === "original") return `the original: ${BECAUSE[source.because]}`;
  const picture = pictures[source.picture];
  return picture ? sizeOf(picture.size) : "";
}

/** Why an output does not share its decoding. */
const BECAUSE: Readonly<Record<DecodingReason, string>> = {
  animation: "it moves",
  "16-bit": "16 bits a channel",
  cmyk: "CMYK",
  profile: "keeps its profile",
  metadata: "keeps its metadata",
  size: "too large to share",
  small: "closer from an eighth, which is decoded fast",
};

function sizeOf({ width, height }: Size): string {
  return `${width} x ${height}`;
}

function rowOf(output: PlannedImage | PlannedCopy, from: string): string[] {
  const { name, format, size } = output;
  const how = output.kind === "copy" ? "copy" : stepsOf(output);
  return [name, format, sizeOf(size), from, how];
}

function stepsOf({ resize, crop, canvas, smartCrop, quality, frames, flattened }: PlannedImage): string {
  return [
    `resize to ${sizeOf(resize)}`,
    crop && `crop ${sizeOf(crop)} at ${smartCrop ?? `${crop.left}, ${crop.top}`}`,
    canvas && `pad to ${sizeOf(canvas)} at ${canvas.left}, ${canvas.top}`,
    quality !== undefined && `quality ${quality}`,
    frames > 1 && `${frames} frames`,
    flattened && "first frame only",
  ]
    .filter((step) => step)
    .join(", ");
}
