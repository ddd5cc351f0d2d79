import fc from "fast-check";
import { compareKeys } from "../../../domain/model/original-key.js";
import type { BlobStore } from "../../blob-store.js";
import { assertSame, draw, iterateItems, refuses } from "../expectations.js";
import type { BlobStoreLaw } from "./harness.js";

interface Kept {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The blobs that the store should hold. */
type Model = Map<string, Kept>;

/** Each run has keys of its own, below `root`, so that one store serves them all. */
interface Real {
  readonly store: BlobStore;
  readonly root: string;
}

type Command = fc.AsyncCommand<Model, Real>;

/** Few, so that most commands meet a blob; one inside another, unlike in case, in normal form and in UTF-16's order. */
const keys = fc.constantFrom("a", "a/", "a/b", "A", "..", "\u00e9", "e\u0301", "\u{1f4f7}", "\uff5e");

const puts = fc
  .tuple(keys, fc.uint8Array({ maxLength: 8 }), fc.constantFrom("image/png", "image/gif"))
  .map(([key, bytes, contentType]) =>
    createStep(`put ${key}`, async (model, { store, root }) => {
      await store.put(root + key, bytes, { contentType });
      model.set(key, { bytes, contentType });
    }),
  );

const deletes = keys.map((key) =>
  createStep(`delete ${key}`, async (model, { store, root }) => {
    await store.delete(root + key);
    model.delete(key);
  }),
);

const batchDeletes = fc.array(keys, { maxLength: 4 }).map((some) =>
  createStep(`delete all of ${some.join(", ")}`, async (model, { store, root }) => {
    await store.deleteAll(some.map((key) => root + key));
    for (const key of some) model.delete(key);
  }),
);

const gets = keys.map((key) =>
  createStep(`get ${key}`, async (model, { store, root }) => {
    const kept = model.get(key);
    if (!kept) {
      await refuses("not-found", store.get(root + key), "get");
      return;
    }
    const { bytes, contentType, etag } = await store.get(root + key);
    assertSame({ bytes, contentType }, kept, `the blob under ${key}`);
    assertSame((await store.head(root + key)).etag, etag, `the etag of ${key}`);
  }),
);

const lists = fc
  .tuple(fc.constantFrom("", "a", "a/", "\u00e9"), fc.integer({ min: 1, max: 5 }))
  .map(([prefix, limit]) =>
    createStep(`list ${prefix} by ${limit}`, async (model, { store, root }) => {
      const listed = await iterateItems((cursor) =>
        store.list(root + prefix, { limit, ...(cursor !== undefined && { cursor }) }),
      );
      const expected = [...model]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => compareKeys(a, b))
        .map(([key, { bytes }]) => ({ key: root + key, size: bytes.length }));
      assertSame(
        listed.map(({ key, size }) => ({ key, size })),
        expected,
        "the listing",
      );
    }),
  );

/** The whole port at once, against a map. */
export const MODEL_LAW: BlobStoreLaw = {
  name: "any sequence of puts, gets, deletes and lists agrees with a plain map",
  check: async ({ store }, trials) => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.commands([puts, puts, deletes, batchDeletes, gets, lists], { maxCommands: 30, size: "max" }),
        async (commands) => {
          runs += 1;
          const root = `run ${runs}/`;
          await fc.asyncModelRun(() => ({ model: new Map(), real: { store, root } }), commands);
        },
      ),
      draw(trials),
    );
  },
};

function createStep(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}
