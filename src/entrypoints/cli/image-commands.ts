import { Command } from "commander";
import type { ImageDescription } from "../../domain/model/image-record.js";
import { composeLocal } from "./compose-local.js";
import { findImage } from "./find-image.js";
import { assertDataDirectory, createDataOption, createImageArgument, createJsonOption } from "./options.js";
import { formatSize, formatTable, print, toJsonLine } from "./output.js";

/** `safelight show <id or key>` */
export function createShowCommand(): Command {
  return new Command("show")
    .description("show everything known about an image")
    .addArgument(createImageArgument())
    .addOption(createDataOption())
    .addOption(createJsonOption())
    .action(async (text: string, { data, json }: { data: string; json?: true }) => {
      assertDataDirectory(data);
      const { pipeline, close } = await composeLocal({ dir: data });
      try {
        const image = await findImage(pipeline, text);
        for (const line of json ? [toJsonLine(image)] : formatImage(image)) print(line);
      } finally {
        await close();
      }
    });
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
