import { Command } from "commander";
import { deriveImageId, isImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import type { Explanation, Pipeline } from "../../domain/pipeline.js";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { formatExplanation } from "./explanation-lines.js";
import { findImage } from "./find-image.js";
import {
  assertDataDirectory,
  createConfigOption,
  createDataOption,
  createImageArgument,
  createJsonOption,
} from "./options.js";
import { formatSize, formatTable, print, toJsonLine } from "./output.js";

interface ShowOptions {
  readonly data: string;
  readonly why?: true;
  readonly config?: string;
  readonly json?: true;
}

/** `safelight show <id or key>` */
export function createShowCommand(): Command {
  return new Command("show")
    .description("show everything known about an image")
    .addArgument(createImageArgument())
    .addOption(createDataOption())
    .option("--why", "show which change made each file too, what is outdated and what would be done")
    .addOption(createConfigOption())
    .addOption(createJsonOption())
    .action((text: string, options: ShowOptions) => showImage(text, options));
}

async function showImage(text: string, { data, why, json, ...options }: ShowOptions): Promise<void> {
  assertDataDirectory(data);
  // Only --why compares with the configuration: without it a broken one is in nobody's way.
  const config = why ? await loadConfiguration(options.config) : undefined;
  const { pipeline, close } = await composeLocal({ dir: data, ...(config && { config }) });
  try {
    const removed = why && (await explainRemoved(pipeline, text));
    const lines = removed ? formatRemoved(removed, json) : await describe(pipeline, text, { why, json });
    for (const line of lines) print(line);
  } finally {
    await close();
  }
}

async function describe(
  pipeline: Pipeline,
  text: string,
  { why, json }: Pick<ShowOptions, "why" | "json">,
): Promise<readonly string[]> {
  const image = await findImage(pipeline, text);
  const explanation = why && (await pipeline.explain(image.imageId));
  if (json) return [toJsonLine({ ...image, ...(explanation && { why: explanation }) })];
  return [...formatImage(image), ...(explanation ? formatExplanation(explanation) : [])];
}

/** Explains an image of which only a tombstone is left: to everybody else there is none. */
async function explainRemoved(pipeline: Pipeline, text: string): Promise<Explanation | undefined> {
  for (const imageId of [deriveImageId(text), ...(isImageId(text) ? [text] : [])]) {
    const explanation = await pipeline.explain(imageId);
    if (explanation?.status === "removed") return explanation;
  }
  return undefined;
}

function formatRemoved(explanation: Explanation, json: true | undefined): readonly string[] {
  const { imageId, key = "", status } = explanation;
  if (json) return [toJsonLine({ imageId, key, status, why: explanation })];
  const facts = formatTable([
    ["key", key],
    ["id", imageId],
    ["status", status],
  ]);
  return [...facts, ...formatExplanation(explanation)];
}

/** Formats an image for people, one fact per line. */
export function formatImage(image: ImageDescription): string[] {
  const {
    imageId,
    status,
    createdAt,
    processedAt,
    source,
    exif,
    rights,
    placeholder,
    tags,
    failure,
    focalPoint,
  } = image;
  const camera = [exif?.make, exif?.model].filter((part) => part !== undefined).join(" ");
  const facts: [string, string | undefined][] = [
    ["key", image.key],
    ["id", imageId],
    ["status", status],
    ["owner", image.owner],
    ["title", image.title],
    ["alt", image.alt],
    ["focal point", focalPoint && `${focalPoint.x}, ${focalPoint.y}`],
    ["failure", failure && `${failure.code}: ${failure.message}`],
    ["stored", createdAt],
    ["processed", processedAt],
    ["source", source && `${source.format}, ${source.width} x ${source.height}, ${formatSize(source.bytes)}`],
    ["sha256", source?.sha256],
    ["camera", camera === "" ? undefined : camera],
    ["lens", exif?.lens],
    ["taken", exif?.takenAt],
    ["creator", rights?.creator],
    ["copyright", rights?.copyright],
    ["credit", rights?.credit],
    ["terms", rights?.usageTerms],
    ["warnings", source?.warnings?.join("; ")],
    ["color", placeholder?.dominantColor],
    ["tags", tags.length > 0 ? tags.join(", ") : undefined],
  ];
  const rows = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const renditions = image.renditions.map(({ name, format, width, height, bytes, key, url }) => [
    `  ${name}`,
    `${format}, ${width} x ${height}`,
    formatSize(bytes),
    url ?? key,
  ]);
  return [...formatTable(rows), ...(renditions.length > 0 ? ["renditions", ...formatTable(renditions)] : [])];
}
