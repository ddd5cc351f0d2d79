import { Option } from "commander";
import { refusalInWords } from "../../domain/model/errors.js";
import type { ListedBlob } from "../../ports/blob-store.js";
import type { StoreSettings } from "../settings/read-store-settings.js";

/** `--inventory MANIFEST`. */
export function createInventoryOption(): Option {
  return new Option(
    "--inventory <manifest>",
    "S3 Inventory of the originals in place of listing them, on AWS: s3://bucket/path/manifest.json, or a copy",
  );
}

/** The originals that an inventory names, if there is one. Throws `invalid-input` for one beside stores that are not on AWS. */
export async function readListedOriginals(
  manifest: string | undefined,
  stores: StoreSettings,
): Promise<{ readonly listedOriginals?: AsyncIterable<ListedBlob> }> {
  if (manifest === undefined) return {};
  if (stores.kind !== "aws")
    throw refusalInWords("invalid-input", "--aws <stack> (required by --inventory)", "import", stores.kind);
  const { readInventory } = await import("../../adapters/aws/inventory.js");
  return { listedOriginals: readInventory(manifest, stores.settings.originals) };
}
