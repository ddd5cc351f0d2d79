import { Command, Option } from "commander";
import type { ImageDescription, ImageStatus } from "../../domain/model/image-record.js";
import { escapeInvisible } from "../../domain/model/invisible.js";
import { composeLocal } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { dataOption, isDataDirectory, jsonOption, wholeNumber } from "./options.js";
import { humanSize, jsonLine, outputClosed, print, report, table } from "./output.js";

interface ListOptions {
  readonly data: string;
  readonly limit: number;
  readonly status?: Exclude<ImageStatus, "removed">;
  readonly tag?: string;
  readonly owner?: string;
  readonly json?: true;
}

const PAGE = 500;
const HEADER = ["ID", "STATUS", "SIZE", "PIXELS", "RENDITIONS", "STORED", "KEY"];

/** `safelight list` */
export function listCommand(): Command {
  return new Command("list")
    .description("the images, newest first")
    .addOption(dataOption())
    .addOption(
      new Option("--limit <n>", "at most so many")
        .default(Number.POSITIVE_INFINITY, "all")
        .argParser((text) => wholeNumber(text, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option("--status <status>", "only these").choices(["pending", "ready", "rejected"] as const),
    )
    .option("--tag <tag>", "only images with this tag")
    .option("--owner <name>", "only images of this owner")
    .addOption(jsonOption())
    .action(async (options: ListOptions) => {
      process.exitCode = await runList(options);
    });
}

async function runList({ data, limit, status, tag, owner, json }: ListOptions): Promise<ExitCode> {
  if (!isDataDirectory(data)) {
    report(`no images yet: there is no data directory at ${escapeInvisible(data)}`);
    return EXIT.ready;
  }
  const { pipeline, close } = await composeLocal({ dir: data });
  try {
    let left = limit;
    let cursor: string | undefined;
    do {
      const first = cursor === undefined;
      const page = await pipeline.list({ limit: Math.min(PAGE, left), cursor, status, tag, owner });
      left -= page.items.length;
      cursor = page.cursor;
      if (json) for (const record of page.items) print(jsonLine(record));
      // Each page is a table of its own: the columns before the key are of one width for nearly all images.
      else if (page.items.length > 0)
        for (const line of table([HEADER, ...page.items.map(rowOf)]).slice(first ? 0 : 1)) print(line);
    } while (cursor !== undefined && left > 0 && !outputClosed.aborted);
    return EXIT.ready;
  } finally {
    await close();
  }
}

function rowOf({ imageId, status, source, renditions, createdAt, key }: ImageDescription): string[] {
  const size = source ? humanSize(source.bytes) : "-";
  const pixels = source ? `${source.width} x ${source.height}` : "-";
  return [imageId, status, size, pixels, String(renditions.length), createdAt, key];
}
