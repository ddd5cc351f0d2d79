import type { StatusStoreHarness } from "../../../src/ports/contracts/index.js";
import type { StatusDocuments, StatusStore } from "../../../src/ports/status-store.js";
import { type Liar, replaceMethods, waitForTick } from "./liar.js";

type Document = StatusDocuments[keyof StatusDocuments];

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: StatusStore) => Partial<StatusStore>,
): Liar<StatusStoreHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, statuses: replaceMethods(honest.statuses, spoil(honest.statuses)) }),
  };
}

/** Puts what `change` makes of each document. */
function changePuts(change: (document: Document) => Document) {
  return (honest: StatusStore): Partial<StatusStore> => ({
    put: (name, document, options) => honest.put(name, change(document) as typeof document, options),
  });
}

/** A store that keeps what is put last, whatever its time; `join` says what becomes of what was there. */
function keepLast(join: (old: Document | undefined, next: Document) => Document): Partial<StatusStore> {
  const documents = new Map<string, Document>();
  return {
    get: async (name) => documents.get(name) as never,
    put: async (name, document) => void documents.set(name, join(documents.get(name), document)),
  };
}

const WHOLE = "get resolves to the document as it was put, whole";
const LATER = "a later document replaces an earlier one as a whole, and one of the same time does";
const ONCE = "of documents that are put at once the latest stays, whole";
const APART = "documents and records do not meet: neither is listed, scanned or changed with the other";

/** Broken status stores. */
export const statusStoreLiars: readonly Liar<StatusStoreHarness>[] = [
  createLiar(
    "get resolves to undefined as long as nothing was put under the name",
    "says that nothing was found",
    (honest) => ({
      get: async (name) => (await honest.get(name)) ?? ({ at: "2026-01-01T00:00:00.000Z" } as never),
    }),
  ),
  createLiar(
    WHOLE,
    "cuts text off at a NUL character",
    changePuts((document) => ({
      ...document,
      ...("problem" in document && { problem: document.problem?.replace(/\0.*/s, "") }),
    })),
  ),
  createLiar(
    WHOLE,
    "forgets the counts",
    changePuts((document) => ("findings" in document ? { ...document, findings: {} } : document)),
  ),
  createLiar(LATER, "keeps the first", (honest) => ({
    put: async (name, document, options) => {
      if ((await honest.get(name)) === undefined) await honest.put(name, document, options);
    },
  })),
  createLiar(LATER, "keeps the fields that the new one lacks", () =>
    keepLast((old, next) => ({ ...old, ...next })),
  ),
  createLiar(LATER, "keeps the first of one time", (honest) => ({
    put: async (name, document, options) => {
      if ((await honest.get(name))?.at !== document.at) await honest.put(name, document, options);
    },
  })),
  createLiar("an earlier document never replaces a later one", "keeps what is put last", () =>
    keepLast((_, next) => next),
  ),
  createLiar(ONCE, "compares the times before it writes", (honest) => {
    const last = keepLast((_, next) => next) as StatusStore;
    return {
      get: (name) => last.get(name),
      put: async (name, document) => {
        await honest.put(name, document);
        const found = await last.get(name);
        await waitForTick();
        if (found === undefined || found.at <= document.at) await last.put(name, document);
      },
    };
  }),
  createLiar("documents of other names are not touched", "has one place for all", () => {
    let only: Document | undefined;
    return {
      get: async () => only as never,
      put: async (_, document) => {
        if (only === undefined || only.at <= document.at) only = document;
      },
    };
  }),
  {
    law: APART,
    lie: "is emptied with the records",
    build: (honest) => {
      let isPurged = false;
      return {
        ...honest,
        statuses: replaceMethods(honest.statuses, {
          get: async (name) => (isPurged ? undefined : honest.statuses.get(name)),
        }),
        records: replaceMethods(honest.records, {
          purge: async (...request) => {
            isPurged = true;
            await honest.records.purge(...request);
          },
        }),
      };
    },
  },
  {
    law: APART,
    lie: "lets a scan end where a document lies",
    build: (honest) => ({
      ...honest,
      records: replaceMethods(honest.records, {
        scan: async (query, options) => {
          const { items } = await honest.records.scan(query, options);
          return { items };
        },
      }),
    }),
  },
  {
    law: "a document is durable once put resolves",
    lie: "puts after it has said so",
    build: (honest) => {
      const put: StatusStore["put"] = async (...request) => {
        void waitForTick().then(() => honest.statuses.put(...request));
      };
      return { ...honest, statuses: replaceMethods(honest.statuses, { put }) };
    },
  },
  {
    law: "every method throws unavailable when the store cannot be reached",
    lie: "says that nothing was put where the store is away",
    build: (honest) => ({
      ...honest,
      openUnreachable: async () => replaceMethods(honest.statuses, { get: async () => undefined }),
    }),
  },
];
