import { Command } from "commander";
import type { ImageDescription } from "../../domain/model/image-record.js";
import { withImage } from "./find-image.js";
import { jsonLine } from "./json-line.js";
import { dataOption, jsonOption } from "./options.js";
import { humanSize, print, table } from "./output.js";

/** `safelight show <id or key>` */
export function showCommand(): Command {
  return new Command("show")
    .description("everything known about one image")
    .argument("<id or key>", "its key, its id, or an unambiguous beginning of its id")
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((text: string, { data, json }: { data: string; json?: true }) =>
      withImage(data, text, async (image) => {
        for (const line of json ? [jsonLine(image)] : imageLines(image)) print(line);
      }),
    );
}

/** What people want to know of an image, one fact a line. */
export function imageLines(image: ImageDescription): string[] {
  const { imageId, status, createdAt, processedAt, source, exif, placeholder, tags, failure } = image;
  const camera = [exif?.make, exif?.model].filter((part) => part !== undefined).join(" ");
  const facts: [string, string | undefined][] = [
    ["key", image.key],
    ["id", imageId],
    ["status", status],
    ["failure", failure && `${failure.code}: ${failure.message}`],
    ["stored", createdAt],
    ["processed", processedAt],
    ["source", source && `${source.format}, ${source.width} x ${source.height}, ${humanSize(source.bytes)}`],
    ["sha256", source?.sha256],
    ["camera", camera === "" ? undefined : camera],
    ["lens", exif?.lens],
    ["taken", exif?.takenAt],
    ["artist", exif?.artist],
    ["copyright", exif?.copyright],
    ["colour", placeholder?.dominantColor],
    ["tags", tags.length > 0 ? tags.join(", ") : undefined],
  ];
  const rows = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const renditions = image.renditions.map(({ name, format, width, height, bytes, key, url }) => [
    `  ${name}`,
    `${format}, ${width} x ${height}`,
    humanSize(bytes),
    url ?? key,
  ]);
  return [...table(rows), ...(renditions.length > 0 ? ["renditions", ...table(renditions)] : [])];
}
