import type { BlobStore } from "../../../src/ports/blob-store.js";

/** The same store, but for what it answers as the sequencer of a change; `undefined` where nothing has changed. */
export function renumberSequencers(
  store: BlobStore,
  sequencerOf: (answered: string | undefined, key: string) => string | undefined,
): BlobStore {
  const renumber = <Answer extends { readonly sequencer?: string }>(answer: Answer, key: string): Answer => {
    const sequencer = sequencerOf(answer.sequencer, key);
    return sequencer === undefined ? answer : { ...answer, sequencer };
  };
  return {
    get: (key, options) => store.get(key, options),
    head: (key, options) => store.head(key, options),
    list: (prefix, options) => store.list(prefix, options),
    put: async (key, bytes, options) => renumber(await store.put(key, bytes, options), key),
    delete: async (key, options) => renumber(await store.delete(key, options), key),
    deleteAll: (keys, options) => store.deleteAll(keys, options),
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
