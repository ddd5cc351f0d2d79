import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { drawTestImage } from "../support/images.js";
import { planFaults } from "../support/outages/faults.js";
import { Caller } from "../support/outages/play.js";
import { startPostgresProxy } from "../support/outages/postgres-proxy.js";
import { openProcess } from "../support/outages/process.js";
import { findDifferences, playWithWorkers, settleAll } from "../support/outages/settle.js";
import { startStoreProxy } from "../support/outages/store-proxy.js";
import { describeOnPostgres } from "../support/postgres/index.js";
import { startFauxqsStore } from "../support/s3-stores/fauxqs.js";
import type { S3StoreServer } from "../support/s3-stores/server.js";
import { chooseCount, SEED } from "../support/sample.js";

const RUNS = chooseCount({ fast: 1, ordinary: 1, long: 8 }, "SAFELIGHT_OUTAGES");

describeOnPostgres("a deployment whose database and store come and go", (getSchema) => {
  let server: S3StoreServer;
  let picture: Uint8Array;
  beforeAll(async () => {
    server = await startFauxqsStore();
    picture = await drawTestImage({ format: "png" });
  });
  afterAll(() => server.close());

  it.each(Array.from({ length: RUNS }, (_, index) => SEED * 1_000 + index))(
    "answers 503 or waits, loses nothing and settles everything (seed %d)",
    async (seed) => {
      const schema = getSchema();
      await schema.clear();
      const faults = [planFaults({ seed, period: 25 }), planFaults({ seed: seed + 1, period: 15 })] as const;
      const database = await startPostgresProxy(schema.server, faults[0].decide);
      const store = await startStoreProxy(server.endpoint, faults[1].decide);
      const buckets = { originals: await server.createBucket(), renditions: await server.createBucket() };
      const { connectionString } = database;
      const places = { schema, connectionString, endpoint: store.endpoint, buckets };
      const [api, ...workers] = [openProcess(places), openProcess(places), openProcess(places)] as const;
      const expected = await playWithWorkers(workers, async () => {
        const played = (["never", "by ticket", "by the API"] as const).map((returns, id) => {
          const draw = (text: string) => Buffer.concat([picture, Buffer.from(`${id} ${text}`)]);
          return new Caller(api, `image-${id}`).play(draw, returns);
        });
        const ended = await Promise.all(played);
        for (const plan of faults) plan.stop();
        return ended;
      });
      await settleAll([api, ...workers], places);
      expect(await findDifferences({ ...places, endpoint: server.endpoint }, expected)).toEqual([]);
      for (const one of [api, ...workers]) await one.close();
      await database.close();
      await store.close();
    },
  );
});
