import { describe, expect, it } from "@jest/globals";
import { computeSha256 } from "../../src/domain/model/digest.js";
import { definePipeline, deriveImageId, type Pipeline } from "../../src/index.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { runFamily } from "../../src/testing/index.js";
import { TOY_FAMILY } from "../support/families/toy.js";
import { createToyStores } from "../support/history/toy-stores.js";
import { createStoppedClock, isInvalidated } from "../support/memory-harness.js";
import { chooseCount, SEED } from "../support/sample.js";
import { listImports, readSources } from "../support/source-imports.js";
import { createToyFamily, type Numbering, ToyConnection, ToyService } from "../support/toy-family/index.js";

it("uses only the package's exports, like adapters of third parties", () => {
  const files = readSources(process.cwd(), "test/support/toy-family");
  const targets = [...files].flatMap(([path, text]) => listImports(path, text).map(({ target }) => target));
  const others = targets.filter((target) => target !== undefined && !files.has(target));
  expect(new Set(others)).toEqual(new Set(["src/index.ts"]));
});

const NUMBERINGS: readonly Numbering[] = ["ulid", "decimal"];

/** Histories for each numbering and each of the three laws. */
const histories = Math.ceil(
  chooseCount({ fast: 300, ordinary: 1_000, long: 10_000 }, "SAFELIGHT_HISTORIES") / 120,
);

for (const numbering of NUMBERINGS) {
  describe(`a family whose changes are numbered by ${numbering}, with signed PUTs and another etag for each write`, () => {
    /** A new service, a process that uses it, and what can happen to either. */
    const startService = () => {
      const service = new ToyService({ numbering });
      let connection = new ToyConnection(service);
      const restart = async () => {
        connection.end();
        connection = new ToyConnection(service);
        return createToyFamily(connection);
      };
      const openInState = async (state: ToyService["state"]) => {
        service.state = state;
        return ports;
      };
      const ports = createToyFamily(connection);
      return { service, ...ports, restart, when: openInState };
    };

    const createStoreHarness = (bucket: "originals" | "renditions") => {
      const { [bucket]: store, restart, when } = startService();
      return {
        store,
        restart: async () => (await restart())[bucket],
        openUnreachable: async () => (await when("down"))[bucket],
        openRefusing: async () => (await when("denying"))[bucket],
      };
    };

    runFamily(
      { describe, it },
      TOY_FAMILY,
      {
        originals: () => createStoreHarness("originals"),
        renditions: () => createStoreHarness("renditions"),
        records: () => {
          const { records, restart, when } = startService();
          return {
            records,
            restart: async () => (await restart()).records,
            openUnreachable: async () => (await when("down")).records,
          };
        },
        queue: () => {
          const { queue, restart } = startService();
          const openQueue = async () => (await restart()).queue;
          return { queue, restart: openQueue, abandon: openQueue };
        },
        changes: startService,
        histories: () => ({ open: () => createToyStores(numbering) }),
        urls: () => {
          const { urls, service } = startService();
          return { urls, isInvalidated: async (key) => isInvalidated(key, service.invalidated) };
        },
        tickets: () => {
          const { clock, pass } = createStoppedClock();
          const service = new ToyService({ numbering, clock });
          return {
            ...createToyFamily(new ToyConnection(service)),
            send: async ({ url, headers }, bytes) => service.upload(url, headers, bytes),
            pass,
            now: clock,
          };
        },
        events: () => {
          const { events, service } = startService();
          return { events, readPublished: async () => service.events.map((text) => JSON.parse(text)) };
        },
      },
      { histories, seed: SEED },
    );

    it("leaves everything that its tickets do not bind to the upload policy at settlement", async () => {
      const service = new ToyService({ numbering });
      const ports = createToyFamily(new ToyConnection(service));
      const config = { uploads: { maxBytes: 10 } };
      const pipeline = definePipeline({ ...ports, engine: createFakeEngine(), config });
      const request = { key: "a.png", contentType: "image/png", maxBytes: 10, expiresIn: 60 };
      const { url } = await ports.tickets.issue(request);
      expect(service.upload(url, {}, new Uint8Array(11))).toBe(true);
      await pipeline.drainQueue();
      expect(await pipeline.get(deriveImageId("a.png"))).toMatchObject({
        status: "rejected",
        failure: { code: "too-large" },
      });
    });

    it("is complete again after the next start, wherever its process ended, even in the middle of a request", async () => {
      const whole = new ToyConnection(new ToyService({ numbering }));
      await tellStory(createPipeline(whole));
      expect(await findDeviations(whole.service)).toEqual([]);
      for (let last = 1; last <= whole.taken; last += 1) {
        const service = new ToyService({ numbering });
        const killed = new ToyConnection(service, { last });
        await expect(tellStory(createPipeline(killed))).rejects.toThrow("the process ended during");
        await createPipeline(new ToyConnection(service)).drainQueue();
        expect({ last, wrong: await findDeviations(service) }).toEqual({ last, wrong: [] });
      }
    });
  });
}

function createPipeline(connection: ToyConnection): Pipeline {
  return definePipeline({ ...createToyFamily(connection), engine: createFakeEngine() });
}

/** A short life with everything in it: an overwrite, the same bytes again, a forced rendering, a removal, a late settling. */
async function tellStory(pipeline: Pipeline): Promise<void> {
  const [first, second] = ["first", "second"].map((payload) =>
    createFakeImage({ format: "png", width: 12, height: 8, payload }),
  ) as [Uint8Array, Uint8Array];
  await pipeline.process({ key: "a.png", bytes: first });
  await pipeline.process({ key: "b/c.png", bytes: second });
  await pipeline.process({ key: "a.png", bytes: second });
  await pipeline.process({ key: "b/c.png", bytes: second }, { force: true });
  await pipeline.remove(deriveImageId("a.png"));
  await pipeline.upload({ key: "d.png", bytes: first });
  await pipeline.upload({ key: "d.png", bytes: first });
  await pipeline.drainQueue();
}

/** Every deviation that the next process finds from one settled record for each original, of its bytes. */
async function findDeviations(service: ToyService): Promise<readonly string[]> {
  const connection = new ToyConnection(service);
  const pipeline = createPipeline(connection);
  const findings = (await pipeline.doctor({ graceMs: 0 })).map((finding) => JSON.stringify(finding));
  const records = new Map((await pipeline.list()).items.map((record) => [String(record.key), record]));
  const originals = service.listObjects("originals", "");
  const unlike = originals
    .filter(([key, { bytes }]) => records.get(key)?.source?.sha256 !== computeSha256(bytes))
    .map(([key]) => `${key} is ${records.get(key)?.status ?? "unknown"}`);
  const open = await createToyFamily(connection).queue.receive({ limit: 10 });
  return [
    ...findings,
    ...unlike,
    ...(records.size === originals.length
      ? []
      : [`${records.size} records of ${originals.length} originals`]),
    ...open.map(({ change }) => `${change.type} of ${change.key} is open`),
  ];
}
