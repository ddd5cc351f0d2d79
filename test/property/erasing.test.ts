import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { chooseCount, SEED } from "../support/sample.js";

const OWNERS = ["anna", "ben", undefined] as const;
const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });
const NO_IMAGE = new TextEncoder().encode("no picture");

/** A history before and between the erasures: deeds of owners, work at the queue, and erasures that are killed. */
const deeds = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constantFrom("process" as const, "upload" as const),
      owner: fc.constantFrom(...OWNERS),
      name: fc.constantFrom("a", "b", "c"),
      bytes: fc.constantFrom(BYTES, BYTES, NO_IMAGE),
    }),
    fc.record({
      type: fc.constantFrom("remove" as const, "requestRemoval" as const, "requestProcessing" as const),
      owner: fc.constantFrom(...OWNERS),
      name: fc.constantFrom("a", "b", "c"),
    }),
    fc.record({ type: fc.constant("settle" as const), killedAt: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ type: fc.constant("drain" as const) }),
    fc.record({ type: fc.constant("erase" as const), killedAt: fc.integer({ min: 1, max: 30 }) }),
  ),
  { minLength: 4, maxLength: 16 },
);

type Deed = typeof deeds extends fc.Arbitrary<infer Deeds extends readonly unknown[]> ? Deeds[number] : never;

/** A mistake in what is asked of the stores, to show that it would be noticed. */
type Mistake =
  | "lists only images that are ready"
  | "never deletes an original"
  | "deletes another's original";

function openPlace(mistake?: Mistake) {
  const stores = memory();
  const config = { uploads: { owner: "caller" } } as const;
  const engine = createFakeEngine();
  const pipeline = definePipeline({ ...stores, engine, config });
  /** A process that dies at its call number `killedAt` to a store. */
  const startProcess = (killedAt: number) => {
    let calls = 0;
    const kill = <Store extends object>(store: Store, name: string): Store =>
      new Proxy(store, {
        get(_target, method) {
          const value: unknown = Reflect.get(store, method, store);
          if (typeof value !== "function") return value;
          return (...given: unknown[]) => {
            calls += 1;
            if (calls >= killedAt) throw new Error("killed");
            return plantMistake(mistake, `${name}.${String(method)}`, given, (changed) =>
              value.apply(store, changed),
            );
          };
        },
      });
    const { records, originals, renditions, queue, urls } = stores;
    return definePipeline({
      ...stores,
      engine,
      config,
      records: kill(records, "records"),
      originals: kill(originals, "originals"),
      renditions: kill(renditions, "renditions"),
      queue: kill(queue, "queue"),
      urls: kill(urls, "urls"),
    });
  };
  return { stores, pipeline, startProcess };
}

function plantMistake(
  mistake: Mistake | undefined,
  call: string,
  given: readonly unknown[],
  run: (given: readonly unknown[]) => unknown,
): unknown {
  const [first, ...rest] = given;
  if (mistake === "lists only images that are ready" && call === "records.list")
    return run([{ ...Object(first), status: "ready" }, ...rest]);
  if (mistake === "deletes another's original" && call === "originals.delete")
    return run([String(first).replace("anna", "ben"), ...rest]);
  if (mistake === "never deletes an original" && call === "originals.delete") return Promise.resolve();
  return run(given);
}

/** Plays the deeds, then erases Anna, again and again and killed now and then, until it is said to be done. */
async function play(history: readonly Deed[], mistake?: Mistake): Promise<void> {
  const { stores, pipeline, startProcess } = openPlace(mistake);
  const toKey = ({ owner, name }: { readonly owner: string | undefined; readonly name: string }) =>
    `${owner}/${name}.png`;
  for (const deed of history) {
    if (deed.type === "process" || deed.type === "upload")
      await pipeline[deed.type]({ key: toKey(deed), bytes: deed.bytes, owner: deed.owner }).catch(() => {});
    else if (deed.type === "requestProcessing") await pipeline.requestProcessing(toKey(deed)).catch(() => {});
    else if (deed.type === "remove" || deed.type === "requestRemoval")
      await pipeline[deed.type](deriveImageId(toKey(deed)));
    else if (deed.type === "erase")
      await startProcess(deed.killedAt)
        .eraseOwner("anna")
        .catch(() => {});
    else if (deed.type === "settle") {
      await startProcess(deed.killedAt)
        .drainQueue()
        .catch(() => {});
      stores.queue.abandon();
    } else await pipeline.drainQueue();
  }
  const before = await readOthers(stores);
  for (let killedAt = 5; ; killedAt += 3) {
    // What is done is exact of everything that is settled before the look: an upload may not be in any record until then.
    const drained = await startProcess(killedAt)
      .drainQueue()
      .catch(() => undefined);
    stores.queue.abandon();
    const erasure = await startProcess(killedAt)
      .eraseOwner("anna")
      .catch(() => undefined);
    if (erasure?.done && drained?.failed === 0) break;
    if (killedAt > 1_000) throw new Error("erasing does not end");
  }
  await pipeline.drainQueue();
  expect((await pipeline.list({ owner: "anna" })).items).toEqual([]);
  const left = (await stores.originals.list("")).items.map(({ key }) => key);
  expect(left.filter((key) => key.startsWith("anna/"))).toEqual([]);
  const ids = new Set(["a", "b", "c"].map((name) => deriveImageId(toKey({ owner: "anna", name })) as string));
  const renditions = (await stores.renditions.list("")).items.map(({ key }) => key);
  expect(renditions.filter((key) => ids.has(key.slice(0, 22)))).toEqual([]);
  for (const id of ids) {
    const record = await stores.records.get(id as ReturnType<typeof deriveImageId>);
    expect(record?.outbox).toBeUndefined();
    expect(JSON.stringify(record ?? {})).not.toContain('"owner"');
  }
  expect(await readOthers(stores)).toEqual(before);
}

/** The originals of everybody else: erasing takes none of them, whatever else is still to be settled. */
async function readOthers({ originals }: Pick<ReturnType<typeof memory>, "originals">) {
  return (await originals.list("")).items.filter(({ key }) => !key.startsWith("anna/"));
}

const numRuns = chooseCount({ fast: 60, ordinary: 100, long: 400 }, "SAFELIGHT_ERASURES");

it("from any history, erasing an owner ends with none of their images and all of everybody else's, killed anywhere", async () => {
  await fc.assert(
    fc.asyncProperty(deeds, (history) => play(history)),
    { numRuns, seed: SEED },
  );
}, 600_000);

it.each<Mistake>([
  "lists only images that are ready",
  "never deletes an original",
  "deletes another's original",
])(
  "it would be noticed if erasing %s",
  async (mistake) => {
    const check = fc.check(
      fc.asyncProperty(deeds, (history) => play(history, mistake)),
      { numRuns: 300, seed: 1, endOnFailure: true },
    );
    expect((await check).failed).toBe(true);
  },
  600_000,
);
