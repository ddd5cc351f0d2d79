import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AskToProcess } from "../../../src/domain/use-cases/ask-to-process.js";
import type { AskToRemove } from "../../../src/domain/use-cases/ask-to-remove.js";
import type { RemoveImage } from "../../../src/domain/use-cases/remove-image.js";
import type { SettleOriginal } from "../../../src/domain/use-cases/settle-original.js";
import type { UploadImage } from "../../../src/domain/use-cases/upload-image.js";

/** The code that a history attacks. */
export interface Domain {
  readonly SettleOriginal: typeof SettleOriginal;
  readonly RemoveImage: typeof RemoveImage;
  readonly AskToProcess: typeof AskToProcess;
  readonly AskToRemove: typeof AskToRemove;
  readonly UploadImage: typeof UploadImage;
}

/** One planted mistake: a small edit of the real source, which must still contain what is replaced. */
export interface Mistake {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}

const SOURCE = fileURLToPath(new URL("../../../src/domain/", import.meta.url));

/** The domain as it is. */
export function realDomain(): Promise<Domain> {
  return load(SOURCE);
}

/**
 * The domain with one mistake in it: a copy of the real sources with the edit applied. Only the error class is
 * shared, because the stores throw it and the copy must recognise it.
 */
export async function domainWith(mistake: Mistake): Promise<Domain> {
  const root = mkdtempSync(join(tmpdir(), "safelight-mistake-"));
  const domain = join(root, "src", "domain");
  try {
    for (const room of ["model", "use-cases"]) {
      mkdirSync(join(domain, room), { recursive: true });
      for (const file of readdirSync(join(SOURCE, room))) {
        writeFileSync(
          join(domain, room, file),
          edited(join(room, file), readFileSync(join(SOURCE, room, file), "utf8"), mistake),
        );
      }
    }
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    writeFileSync(
      join(domain, "model", "errors.ts"),
      `export * from ${JSON.stringify(join(SOURCE, "model", "errors.ts"))};\n`,
    );
    return await load(domain);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function edited(file: string, text: string, { name, edits }: Mistake): string {
  let result = text;
  for (const { from, to } of edits.filter((edit) => edit.file === file)) {
    if (!result.includes(from)) throw new Error(`"${name}" no longer fits: ${file} does not contain ${from}`);
    result = result.replace(from, to);
  }
  return result;
}

/** One after the other: jest's loader does not take imports that share files side by side. */
async function load(domain: string): Promise<Domain> {
  const from = async <Module>(file: string): Promise<Module> =>
    import(pathToFileURL(join(domain, "use-cases", file)).href);
  type Settle = typeof import("../../../src/domain/use-cases/settle-original.js");
  type Remove = typeof import("../../../src/domain/use-cases/remove-image.js");
  type AskProcess = typeof import("../../../src/domain/use-cases/ask-to-process.js");
  type AskRemove = typeof import("../../../src/domain/use-cases/ask-to-remove.js");
  type Upload = typeof import("../../../src/domain/use-cases/upload-image.js");
  const { SettleOriginal } = await from<Settle>("settle-original.ts");
  const { RemoveImage } = await from<Remove>("remove-image.ts");
  const { AskToProcess } = await from<AskProcess>("ask-to-process.ts");
  const { AskToRemove } = await from<AskRemove>("ask-to-remove.ts");
  const { UploadImage } = await from<Upload>("upload-image.ts");
  return { SettleOriginal, RemoveImage, AskToProcess, AskToRemove, UploadImage };
}
