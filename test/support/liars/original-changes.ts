import { type MemoryChangeQueue, memory } from "../../../src/adapters/memory/index.js";
import type { OriginalChange } from "../../../src/domain/model/change.js";
import { etag } from "../../../src/domain/model/etag.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import type { createOriginalChangesHarness } from "./honest.js";
import { type Liar, replaceMethods, waitForTick } from "./liar.js";

type Harness = ReturnType<typeof createOriginalChangesHarness>;

/** A liar that spoils what the queue hands out. */
function createMessenger(
  law: string,
  lie: string,
  edit: (change: OriginalChange) => OriginalChange,
): Liar<Harness> {
  return {
    law,
    lie,
    build: (honest) => {
      const receive: MemoryChangeQueue["receive"] = async (options) =>
        (await honest.queue.receive(options)).map(({ change, ...delivery }) => ({
          ...delivery,
          change: "sequencer" in change ? edit(change) : change,
        }));
      return { ...honest, queue: replaceMethods(honest.queue, { receive }) };
    },
  };
}

/** A liar that spoils the store. */
function store(law: string, lie: string, spoil: (honest: Harness) => Partial<BlobStore>): Liar<Harness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, originals: replaceMethods(honest.originals, spoil(honest)) }),
  };
}

/** A liar that numbers its changes so that the order of the text is not that of the numbers. */
function createCounter(lie: string, write: (count: number) => string): Liar<Harness> {
  const law = "the sequencers of one key grow, compared by ASCII code";
  return createMessenger(law, lie, (change) => ({ ...change, sequencer: write(Number(change.sequencer)) }));
}

/** A number in two digits of this alphabet. */
function createNumberFormat(alphabet: string): (count: number) => string {
  const getDigit = (value: number) => alphabet[value % alphabet.length] ?? "";
  return (count) => getDigit(Math.floor(count / alphabet.length)) + getDigit(count);
}

/** Broken stores of originals, and broken messengers of theirs. */
export const originalChangesLiars: readonly Liar<Harness>[] = [
  createMessenger(
    "a put is handed out as created, with its key and etag",
    "puts the etag in quotes",
    (change) => (change.type === "created" ? { ...change, etag: etag(`"${change.etag}"`) } : change),
  ),
  store(
    "every put is a change, the same bytes again too",
    "tells nothing of a put that changes nothing",
    ({ originals }) => ({
      put: async (key, bytes, options) => {
        const before = await originals.get(key).catch(() => undefined);
        const alike = before !== undefined && Buffer.compare(before.bytes, bytes) === 0;
        return alike ? { etag: before.etag } : originals.put(key, bytes, options);
      },
    }),
  ),
  createMessenger("a delete is handed out as removed", "leaves it to others to find out", (change) =>
    change.type === "removed" ? { ...change, type: "unknown" } : change,
  ),
  store("deleting what is not there is no change", "tells of every delete", ({ originals, queue }) => ({
    delete: async (key) => {
      const { sequencer } = await originals.delete(key);
      if (sequencer === undefined) queue.add({ type: "removed", key, sequencer: "1" });
      return { sequencer: sequencer ?? "1" };
    },
  })),
  store(
    "a deleteAll is handed out as one removal for each blob that was there",
    "tells of a batch by its first key",
    ({ originals, queue }) => ({
      deleteAll: async (keys) => {
        await originals.deleteAll(keys);
        const told = await queue.receive({ limit: 10 });
        for (const { id } of told.slice(1)) await queue.acknowledge(id);
        for (const { id } of told.slice(0, 1)) await queue.release(id);
      },
    }),
  ),
  store(
    "the sequencer that put and delete answer is that of their change",
    "answers the next one",
    ({ originals }) => ({
      put: async (key, bytes, options) => {
        const { etag, sequencer = "" } = await originals.put(key, bytes, options);
        return { etag, sequencer: String(Number(sequencer) + 1).padStart(16, "0") };
      },
    }),
  ),
  createMessenger(
    "a sequencer is 1 to 128 characters of 0-9 A-Z a-z _",
    "writes a time with its punctuation",
    (change) => ({ ...change, sequencer: new Date(Number(change.sequencer)).toISOString() }),
  ),
  createCounter("writes numbers without the zeros before", (count) => String(count)),
  createCounter(
    "counts with the small letters before the capital ones",
    createNumberFormat("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
  ),
  createCounter("counts without regard to case", createNumberFormat("0123456789AbcdefghijklmnopqrstuvwxyZ")),
  createCounter(
    "counts with the letters before the digits",
    createNumberFormat("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
  ),
  {
    law: "the sequencers of one key go on growing after a restart",
    lie: "counts in memory",
    build: (honest) => ({ ...honest, restart: async () => memory() }),
  },
  {
    law: "of simultaneous changes to one key the one with the newest sequencer is what the store holds",
    lie: "numbers a change when it begins and stores it when it comes to it",
    build: ({ queue }) => {
      const plain = memory().renditions;
      let count = 0;
      const put: BlobStore["put"] = async (key, bytes, options) => {
        count += 1;
        const turn = count;
        // The later it began, the sooner it is done.
        for (let wait = turn; wait % 8 !== 0; wait += 1) await waitForTick();
        const { etag } = await plain.put(key, bytes, options);
        queue.add({ type: "created", key, sequencer: turn.toString(16).padStart(16, "0"), etag });
        return { etag };
      };
      const originals = replaceMethods(plain, { put });
      return { originals, queue, restart: async () => ({ originals, queue }) };
    },
  },
  store(
    "a change is handed out only once it has happened",
    "tells of a put before others can see it",
    ({ originals }) => {
      const unseen = new Set<string>();
      return {
        put: async (key, bytes, options) => {
          unseen.add(key);
          const put = await originals.put(key, bytes, options);
          await waitForTick();
          unseen.delete(key);
          return put;
        },
        head: (key) => originals.head(unseen.has(key) ? `${key} later` : key),
      };
    },
  ),
  {
    law: "a change that was told is durable",
    lie: "keeps the changes in memory",
    build: (honest) => ({ ...honest, restart: async () => ({ ...honest, queue: memory().queue }) }),
  },
];
