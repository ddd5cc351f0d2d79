import { Command, Option } from "commander";
import type { ImageDescription, ImageStatus } from "../../domain/model/image-record.js";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { isDataDirectory } from "../files/left-out-folder.js";
import { composeLocal } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { createDataOption, createJsonOption, parseWholeNumber } from "./options.js";
import { formatSize, formatTable, outputClosed, print, report, toJsonLine } from "./output.js";

interface ListOptions {
  readonly data: string;
  readonly limit: number;
  readonly status?: Exclude<ImageStatus, "removed">;
  readonly tag?: string;
  readonly owner?: string;
  readonly name?: string;
  readonly json?: true;
}

const PAGE_SIZE = 500;
const HEADER = ["ID", "STATUS", "SIZE", "PIXELS", "RENDITIONS", "STORED", "KEY"];

/** `safelight list` */
export function createListCommand(): Command {
  return new Command("list")
    .description("list images, newest first or by name")
    .addOption(createDataOption())
    .addOption(
      new Option("--limit <n>", "most images to list")
        .default(Number.POSITIVE_INFINITY, "all")
        .argParser((text) => parseWholeNumber(text, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option("--status <status>", "only images with this status").choices([
        "pending",
        "ready",
        "rejected",
      ] as const),
    )
    .option("--tag <tag>", "only images with this tag")
    .option("--owner <name>", "only images of this owner")
    .option("--name <prefix>", "only images whose file name begins so, in any case; listed by name")
    .addOption(createJsonOption())
    .action(async (options: ListOptions) => {
      process.exitCode = await runList(options);
    });
}

async function runList({ data, limit, json, ...filter }: ListOptions): Promise<ExitCode> {
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
      const page = await pipeline.list({ limit: Math.min(PAGE_SIZE, left), cursor, ...filter });
      left -= page.items.length;
      cursor = page.cursor;
      if (json) for (const record of page.items) print(toJsonLine(record));
      // Each page is a table of its own: the columns before the key are of one width for nearly all images.
      else if (page.items.length > 0)
        for (const line of formatTable([HEADER, ...page.items.map(toRow)]).slice(first ? 0 : 1)) print(line);
    } while (cursor !== undefined && left > 0 && !outputClosed.aborted);
    return EXIT.ready;
  } finally {
    await close();
  }
}

function toRow({ imageId, status, source, renditions, createdAt, key }: ImageDescription): string[] {
  const size = source ? formatSize(source.bytes) : "-";
  const pixels = source ? `${source.width} x ${source.height}` : "-";
  return [imageId, status, size, pixels, String(renditions.length), createdAt, key];
}
