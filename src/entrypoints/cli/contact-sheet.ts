import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { invalidInput, quote, SafelightError } from "../../domain/model/errors.js";
import { renderImageSection, renderPageEnd, renderPageStart } from "./contact-sheet-page.js";
import { drawPreviews, type PreviewOptions, type PreviewPorts } from "./contact-sheet-previews.js";
import { type InputFile, readErrorReason } from "./find-inputs.js";
import { createOutcomeComparator, formatSummary, type Run } from "./summary.js";

/** Checks before any rendering that the sheet can be written. Throws `invalid-input`. */
export async function assertSheetFile(file: string, inputs: readonly InputFile[]): Promise<void> {
  const createError = (expected: string) => invalidInput(expected, "--contact-sheet", file);
  // A slip of the hand must not cost anybody a picture.
  if (![".html", ".htm"].includes(extname(file).toLowerCase()))
    throw createError("a file name that ends in .html");
  if (inputs.some(({ path }) => resolve(path) === resolve(file)))
    throw createError("a file that is not an input");
  const folder = await stat(dirname(resolve(file))).catch(() => undefined);
  if (!folder?.isDirectory()) throw createError("a file in an existing folder");
  if ((await stat(file).catch(() => undefined))?.isDirectory()) throw createError("a file and not a folder");
}

/**
 * Writes one page that shows every original of a run beside its renditions. The file is there whole or not at all; one
 * that was there before stays until then. Images are embedded as they come, so that memory holds one at a time.
 */
export async function writeContactSheet(
  file: string,
  run: Run,
  ports: PreviewPorts,
  options: PreviewOptions,
): Promise<void> {
  const temporary = `${resolve(file)}.${randomUUID()}.tmp`;
  try {
    const sheet = await open(temporary, "wx");
    try {
      await writePage(sheet, run, ports, options);
      await sheet.sync();
    } finally {
      await sheet.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof SafelightError || options.signal?.aborted) throw error;
    throw new SafelightError(
      "unavailable",
      `writing the contact sheet ${quote(file)} failed (${readErrorReason(error)}); the images are stored, so run the command again`,
      { cause: error },
    );
  }
}

async function writePage(
  sheet: FileHandle,
  run: Run,
  ports: PreviewPorts,
  options: PreviewOptions,
): Promise<void> {
  await sheet.appendFile(renderPageStart(formatSummary(run)));
  for (const outcome of [...run.outcomes].sort(createOutcomeComparator(run))) {
    options.signal?.throwIfAborted();
    const previews =
      outcome.type === "ready" ? await drawPreviews(outcome.record, ports, options) : undefined;
    await sheet.appendFile(renderImageSection(outcome, previews));
  }
  await sheet.appendFile(renderPageEnd());
}
