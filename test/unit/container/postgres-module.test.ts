import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import {
  compose,
  memoryModule,
  noEngineModule,
  override,
  postgresAdapters,
  postgresModule,
  tokens,
  unorderedOriginals,
} from "../../../src/entrypoints/container/index.js";
import { s3Adapters, s3Module } from "../../../src/entrypoints/container/s3-module.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";
import { describeOnPostgres, toConnectionString } from "../../support/postgres/index.js";
import { startFauxqsStore } from "../../support/s3-stores/fauxqs.js";
import type { S3StoreServer } from "../../support/s3-stores/server.js";

/** Nothing listens there, and nothing is to be sent there. */
const NOWHERE = "http://127.0.0.1:9";

const nowhere = s3Module({
  client: { endpoint: NOWHERE },
  originals: "originals",
  renditions: "renditions",
  baseUrl: "https://images.example",
});

describe("the modules of PostgreSQL and of a store that speaks S3", () => {
  it.each([
    ["in one order", [postgresModule(), nowhere]],
    ["in the other", [nowhere, postgresModule()]],
  ])("provide every port between them, %s, and send nothing before one is used", async (_order, modules) => {
    const { ports, get, close } = await compose(...modules, noEngineModule());
    expect(ports.renditions).toBe(get(s3Adapters).renditions);
    expect(ports.records).toBe(get(postgresAdapters).records);
    expect(ports.tickets.complete).toEqual(expect.any(Function));
    await close();
    await close();
  });

  it("leave no store of originals without an order", async () => {
    await expect(compose(nowhere, noEngineModule())).rejects.toThrow("none for originals");
  });

  it("say which module is missing where there is no store of originals", async () => {
    await expect(compose(postgresModule(), noEngineModule())).rejects.toThrow(
      /for originals: .*s3Module\(\.\.\.\) provides it/,
    );
  });

  it("refuse another family beside them", async () => {
    await expect(compose(memoryModule(), postgresModule(), nowhere, noEngineModule())).rejects.toThrow(
      "for originals: Ambiguous",
    );
  });
});

describeOnPostgres("a pipeline of the modules", (getSchema) => {
  let store: S3StoreServer;

  beforeAll(async () => {
    store = await startFauxqsStore();
  });

  afterAll(() => store.close());

  it("renders what one composition took in within another one, and tells of it", async () => {
    const { server, name: schema } = getSchema();
    const { endpoint, credentials } = store;
    const [originals, renditions] = [await store.createBucket(), await store.createBucket()];
    const open = () =>
      compose(
        s3Module({
          client: { endpoint, credentials },
          originals,
          renditions,
          baseUrl: "https://images.example",
          capabilities: { forms: false },
        }),
        postgresModule({ connectionString: toConnectionString(server), schema, connections: 3 }),
        override(tokens.engine, () => createFakeEngine()),
      );
    const [taking, working] = [await open(), await open()];
    const bytes = new TextEncoder().encode("IMG png 12x8 a");
    const imageId = await taking.pipeline.upload({ key: "a.png", bytes });
    expect(await working.pipeline.drainQueue()).toEqual({ settled: expect.any(Number), failed: 0 });
    expect(await taking.pipeline.get(imageId)).toMatchObject({ status: "ready" });
    expect(await taking.pipeline.events?.readNewest()).toEqual(expect.any(String));
    await taking.close();
    await working.close();
  });

  it("put any other store of originals in order", async () => {
    const { server, name: schema } = getSchema();
    const { originals, tickets, renditions, urls } = memory();
    const { pipeline, close } = await compose(
      postgresModule({ connectionString: toConnectionString(server), schema }),
      override(unorderedOriginals, () => ({ originals, tickets })),
      override(tokens.renditions, () => renditions),
      override(tokens.urls, () => urls),
      override(tokens.engine, () => createFakeEngine()),
    );
    const imageId = await pipeline.upload({
      key: "b.png",
      bytes: new TextEncoder().encode("IMG png 12x8 b"),
    });
    await pipeline.drainQueue();
    expect(await pipeline.get(imageId)).toMatchObject({ status: "ready" });
    await close();
  });
});
