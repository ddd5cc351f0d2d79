import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Asset } from "../../domain/model/asset.js";
import { SafelightError, shown } from "../../domain/model/errors.js";
import type { Configuration } from "./schema.js";

/** The files that a configuration names, read. */
export interface ConfigurationAssets {
  readonly image?: Asset;
  readonly font?: Asset;
}

/** A large font of all of Chinese, Japanese and Korean has 20 million bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads the mark and the font that a configuration names, by paths relative to `directory`. Throws `invalid-input`
 * for a file that cannot be read or is over 64 MiB.
 */
export async function loadAssets(
  { watermark }: Configuration,
  directory: string,
): Promise<ConfigurationAssets> {
  const [image, font] = await Promise.all([
    readAsset(watermark?.image, directory, "watermark.image"),
    readAsset(watermark?.font, directory, "watermark.font"),
  ]);
  return { ...(image && { image }), ...(font && { font }) };
}

async function readAsset(
  path: string | undefined,
  directory: string,
  name: string,
): Promise<Asset | undefined> {
  if (path === undefined) return undefined;
  const refused = (received: string, cause?: unknown) =>
    new SafelightError(
      "invalid-input",
      `expected a readable file of at most ${MAX_BYTES} bytes for ${name} but received ${received}`,
      { cause },
    );
  const file = resolve(directory, path);
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw refused(`${size} bytes`);
    return new Asset(await readFile(file));
  } catch (error) {
    if (error instanceof SafelightError) throw error;
    throw refused(`${shown(path)} (${(error as NodeJS.ErrnoException).code})`, error);
  }
}
