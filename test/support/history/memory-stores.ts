import { MemoryBlobStore, type MemoryEtags } from "../../../src/adapters/memory/blob-store.js";
import { MemoryMetadataRepository } from "../../../src/adapters/memory/metadata-repository.js";
import { renumberSequencers } from "../../../src/testing/histories/renumber-sequencers.js";
import type { HistoryStores } from "../../../src/testing/histories/stores.js";

/** HistoryStores that live as long as one history. */
export async function createMemoryStores(etags: MemoryEtags = "by-content"): Promise<HistoryStores> {
  const counts = new Map<string, number>();
  const getNumber = (key: string) => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return formatAwkwardNumber(counts.get(key) ?? 1);
  };
  return {
    originals: renumberSequencers(
      new MemoryBlobStore({ changes: { add: () => {} }, etags }),
      (answered, key) => answered && getNumber(key),
    ),
    restart: () => counts.clear(),
    renditions: new MemoryBlobStore({ etags }),
    records: new MemoryMetadataRepository(),
  };
}

/** All characters of a sequencer but the last one, in their order. */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxy";

/**
 * The sequencer of the change with this number, made as awkward as it may be: of differing length, of digits, capital
 * letters, `_` and small letters, with zeros at the end. No order but that of ASCII keeps it.
 */
export function formatAwkwardNumber(count: number): string {
  const n = count - 1;
  const tail = ["", "0", "_a1", "Z", "0F0", "00"][(n * 7) % 6] ?? "";
  return `${"z".repeat(n / DIGITS.length)}${DIGITS[n % DIGITS.length]}${tail}`;
}
