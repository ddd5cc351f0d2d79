import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OrderedBlobStore } from "../../../src/adapters/postgres/ordered-blob-store.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import type { HistoryStores } from "../../../src/testing/histories/stores.js";
import { createMemoryStores } from "./memory-stores.js";

/** A mistake in how a write is kept in order, as edits of the real source. */
export interface OrderMistake {
  readonly name: string;
  /** Found in one history of thousands: the ordinary run has no time for it. */
  readonly isRare?: true;
  readonly edits: readonly { readonly from: string; readonly to: string }[];
}

const SOURCE = fileURLToPath(
  new URL("../../../src/adapters/postgres/ordered-blob-store.ts", import.meta.url),
);

/** Stores in memory whose originals, of a store that tells of nothing, are kept in order by `keepOrder`. */
export async function createOrderedStores(
  keepOrder: NonNullable<HistoryStores["keepOrder"]> = (given) => new OrderedBlobStore(given),
): Promise<HistoryStores> {
  const { restart: _, ...stores } = await createMemoryStores("by-write");
  return { ...stores, keepOrder };
}

/** Keeps the order as the real source does, but for one mistake. */
export async function loadMistakenOrder({
  name,
  edits,
}: OrderMistake): Promise<NonNullable<HistoryStores["keepOrder"]>> {
  let text = readFileSync(SOURCE, "utf8");
  for (const { from, to } of edits) {
    if (!text.includes(from))
      throw new Error(`"${name}" no longer fits: the source does not contain ${from}`);
    text = text.replaceAll(from, to);
  }
  const root = mkdtempSync(join(tmpdir(), "safelight-order-"));
  try {
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    const file = join(root, "src", "ordered-blob-store.ts");
    mkdirSync(join(root, "src"));
    const model = new URL("../../../src/domain/", import.meta.url).href;
    writeFileSync(file, text.replaceAll('"../../domain/', `"${model}`).replaceAll('.js";', '.ts";'));
    const mistaken = (await import(pathToFileURL(file).href)) as {
      OrderedBlobStore: typeof OrderedBlobStore;
    };
    return (given): BlobStore => new mistaken.OrderedBlobStore(given);
  } finally {
    rmSync(root, { recursive: true });
  }
}
