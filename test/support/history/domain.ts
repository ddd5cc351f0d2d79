import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseSync } from "@swc/core";
import type { Domain } from "../../../src/testing/histories/domain.js";

/** One planted mistake: a small edit of the real source, which must still contain what is replaced. */
export interface Mistake {
  readonly name: string;
  /** Found in one history of thousands: the ordinary run has no time for it. */
  readonly isRare?: true;
  /** Where the usual histories of this number miss it: the seed of those that do not. */
  readonly seed?: number;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}

const SOURCE = fileURLToPath(new URL("../../../src/domain/", import.meta.url));

/** Imports a file of a domain, by its path below `src/domain`. */
type ImportModule = <Module>(file: string) => Promise<Module>;

/** The domain that histories attack, with one mistake in it. */
export function loadMistakenDomain(mistake: Mistake): Promise<Domain> {
  return loadMistaken(mistake, load);
}

/**
 * Loads something of a domain with one mistake in it: a copy of the real sources with the edit applied. Only the error class
 * is shared, because the stores throw it and the copy must recognise it.
 */
export async function loadMistaken<Loaded>(
  mistake: Mistake,
  loadFrom: (importModule: ImportModule) => Promise<Loaded>,
): Promise<Loaded> {
  const root = mkdtempSync(join(tmpdir(), "safelight-mistake-"));
  const domain = join(root, "src", "domain");
  try {
    for (const room of ["model", "use-cases"]) {
      mkdirSync(join(domain, room), { recursive: true });
      for (const file of readdirSync(join(SOURCE, room))) {
        writeFileSync(
          join(domain, room, file),
          plantMistake(join(room, file), readFileSync(join(SOURCE, room, file), "utf8"), mistake),
        );
      }
    }
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    writeFileSync(
      join(domain, "model", "errors.ts"),
      `export * from ${JSON.stringify(join(SOURCE, "model", "errors.ts"))};\n`,
    );
    return await loadFrom((file) => import(pathToFileURL(join(domain, file)).href));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Throws if the real source does not contain what the mistake replaces, or is no source any more with it. */
export function checkFits(mistake: Mistake): void {
  for (const { file } of mistake.edits) {
    const planted = plantMistake(file, readFileSync(join(SOURCE, file), "utf8"), mistake);
    parseSync(planted, { syntax: "typescript" });
  }
}

function plantMistake(file: string, text: string, { name, edits }: Mistake): string {
  let result = text;
  for (const { from, to } of edits.filter((edit) => edit.file === file)) {
    if (!result.includes(from)) throw new Error(`"${name}" no longer fits: ${file} does not contain ${from}`);
    result = result.replace(from, to);
  }
  return result;
}

/** One after the other: jest's loader does not take imports that share files side by side. */
async function load(importModule: ImportModule): Promise<Domain> {
  const { settleChange } = await importModule<Pick<Domain, "settleChange">>("use-cases/settle-change.ts");
  const { removeImage } = await importModule<Pick<Domain, "removeImage">>("use-cases/remove-image.ts");
  const { requestProcessing } = await importModule<Pick<Domain, "requestProcessing">>(
    "use-cases/request-processing.ts",
  );
  const { requestRemoval } = await importModule<Pick<Domain, "requestRemoval">>(
    "use-cases/request-removal.ts",
  );
  const { uploadImage } = await importModule<Pick<Domain, "uploadImage">>("use-cases/upload-image.ts");
  const { editImage } = await importModule<Pick<Domain, "editImage">>("use-cases/edit-image.ts");
  const { doctorImages } = await importModule<Pick<Domain, "doctorImages">>("use-cases/doctor-images.ts");
  const { deriveMovedVersion } = await importModule<Pick<Domain, "deriveMovedVersion">>("model/version.ts");
  return {
    settleChange,
    removeImage,
    requestProcessing,
    requestRemoval,
    uploadImage,
    editImage,
    doctorImages,
    deriveMovedVersion,
  };
}
