import { Command, InvalidArgumentError, Option } from "commander";
import { checkEdits, type EditsInput } from "../../domain/model/edits.js";
import { quote, SafelightError } from "../../domain/model/errors.js";
import type { FocalPoint } from "../../domain/model/thumbnail-spec.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { findImage } from "./find-image.js";
import { formatImage } from "./image-commands.js";
import {
  assertDataDirectory,
  createConfigOption,
  createDataOption,
  createImageArgument,
  createJsonOption,
} from "./options.js";
import { print, report, toJsonLine } from "./output.js";

interface EditOptions {
  readonly data: string;
  readonly config?: string;
  readonly focalPoint?: FocalPoint | false;
  readonly alt?: string | false;
  readonly title?: string | false;
  readonly json?: true;
}

/** How long to wait for crops that a server on the same data directory is rendering. */
const WAIT_SECONDS = 60;

/** `safelight edit <id or key>` */
export function createEditCommand(): Command {
  return new Command("edit")
    .description("change an image's focal point, alt text or title; crops follow the focal point")
    .addArgument(createImageArgument())
    .addOption(
      new Option(
        "--focal-point <x,y>",
        "point that every crop keeps in view, as fractions of width and height, such as 0.5,0.3",
      ).argParser(parseFocalPoint),
    )
    .option("--no-focal-point", "remove the focal point")
    .option("--alt <text>", "alt text; empty for a decorative image")
    .option("--no-alt", "remove the alt text")
    .option("--title <text>", "title")
    .option("--no-title", "remove the title")
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .addOption(createJsonOption())
    .action(async (text: string, options: EditOptions) => {
      process.exitCode = await runEdit(text, options);
    });
}

async function runEdit(text: string, options: EditOptions): Promise<ExitCode> {
  const edit = parseEdit(options);
  const config = await loadConfiguration(options.config);
  assertDataDirectory(options.data);
  const log: Log = (level, message, fields) => {
    if (level === "warn") report(`${message}: ${fields?.error}`);
  };
  const { pipeline, close } = await composeLocal({ dir: options.data, config, log });
  try {
    const { imageId, key } = await findImage(pipeline, text);
    const edited = await pipeline.edit(imageId, edit);
    const { failed } = await pipeline.drainQueue({ key });
    const seconds = failed > 0 ? 0 : WAIT_SECONDS;
    const { settled, image } = await pipeline.waitUntilSettled(imageId, {
      since: edited?.requested,
      seconds,
    });
    if (!edited || !image)
      throw new SafelightError("not-found", `the image ${quote(text)} was removed while it was being edited`);
    for (const line of options.json ? [toJsonLine(image)] : formatImage(image)) print(line);
    if (!settled || failed > 0) {
      report(
        "could not finish: the edit is saved, but its crops are not rendered yet; the next run renders them",
      );
      return EXIT.unfinished;
    }
    return image.status === "rejected" ? EXIT.rejected : EXIT.ready;
  } finally {
    await close();
  }
}

/** Throws `invalid-input` for an edit that changes nothing, and for invalid values. */
function parseEdit({ focalPoint, alt, title }: EditOptions): EditsInput {
  const given = Object.entries({ focalPoint, alt, title }).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    return checkEdits(
      Object.fromEntries(given.map(([name, value]) => [name, value === false ? null : value])),
    );
  const message = "expected --focal-point, --alt, --title or one of their --no- forms but received none";
  throw new SafelightError("invalid-input", message);
}

function parseFocalPoint(text: string): FocalPoint {
  const [x, y, ...more] = text
    .split(",")
    .map((part) => (/^\d*\.?\d+$/.test(part) ? Number(part) : Number.NaN));
  if (x === undefined || y === undefined || more.length > 0 || !(x <= 1 && y <= 1))
    throw new InvalidArgumentError("expected two numbers from 0 to 1, such as 0.5,0.3");
  return { x, y };
}
