import type { BlobStore } from "../../ports/blob-store.js";

/**
 * The same store, but for the sequencer that its puts and deletes answer: what `sequencerOf` returns for what the store
 * answered and its key. For a store that tells of a change in a notification only, that is the sequencer of the last
 * notification of this key; `undefined` where nothing has changed.
 */
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
