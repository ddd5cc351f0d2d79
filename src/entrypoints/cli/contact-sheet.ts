import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { invalidInput, SafelightError, shown } from "../../domain/model/errors.js";
import { endOfPage, imageSection, startOfPage } from "./contact-sheet-page.js";
import { type PreviewOptions, type PreviewPorts, previewsOf } from "./contact-sheet-previews.js";
import { type InputFile, reasonOf } from "./find-inputs.js";
import { compareOutcomes, type Run, summaryOf } from "./summary.js";

/** A contact sheet that cannot be written should not be noticed after an hour of rendering. Throws `invalid-input`. */
export async function checkSheetFile(file: string, inputs: readonly InputFile[]): Promise<void> {
  const refused = (expected: string) => invalidInput(expected, "--contact-sheet", file);
  // A slip of the hand must not cost anybody a picture.
  if (![".html", ".htm"].includes(extname(file).toLowerCase()))
    throw refused("a file name that ends in .html");
  if (inputs.some(({ path }) => resolve(path) === resolve(file)))
    throw refused("a file that is not an input");
  const folder = await stat(dirname(resolve(file))).catch(() => undefined);
  if (!folder?.isDirectory()) throw refused("a file in an existing folder");
  if ((await stat(file).catch(() => undefined))?.isDirectory()) throw refused("a file and not a folder");
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
  const half = `${resolve(file)}.${randomUUID()}.tmp`;
  try {
    const sheet = await open(half, "wx");
    try {
      await writePage(sheet, run, ports, options);
      await sheet.sync();
    } finally {
      await sheet.close();
    }
    await rename(half, file);
  } catch (error) {
    await rm(half, { force: true });
    if (error instanceof SafelightError || options.signal?.aborted) throw error;
    throw new SafelightError(
      "unavailable",
      `expected to write ${shown(file)} for --contact-sheet but received ${reasonOf(error)}`,
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
  await sheet.appendFile(startOfPage(summaryOf(run)));
  for (const outcome of [...run.outcomes].sort(compareOutcomes(run))) {
    options.signal?.throwIfAborted();
    const previews = outcome.type === "ready" ? await previewsOf(outcome.record, ports, options) : undefined;
    await sheet.appendFile(imageSection(outcome, previews));
  }
  await sheet.appendFile(endOfPage());
}
