import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { startDeployment } from "../../support/outages/deployment.js";
import { type Decide, planFaults } from "../../support/outages/faults.js";
import { Caller } from "../../support/outages/play.js";
import { findDifferences, playWithWorkers, settleAll } from "../../support/outages/settle.js";
import { describeOnPostgres } from "../../support/postgres/index.js";
import { waitUntilTrue } from "../../support/processes.js";
import { startFauxqsStore } from "../../support/s3-stores/fauxqs.js";
import type { S3StoreServer } from "../../support/s3-stores/server.js";
import { chooseCount, EXTENT, SEED, takeSample } from "../../support/sample.js";

/** Seconds that a part is away. Absent: until some attempts were refused. */
const AWAY = EXTENT === "long" ? 20 : undefined;

const UPLOADS = chooseCount({ fast: 4, ordinary: 4, long: 30 });

const RUNS = chooseCount({ fast: 1, ordinary: 1, long: 3 }, "SAFELIGHT_OUTAGES");

describeOnPostgres("a deployment whose database and store come and go", (getSchema) => {
  let server: S3StoreServer;
  let picture: Uint8Array;
  beforeAll(async () => {
    server = await startFauxqsStore();
    picture = await drawTestImage({ format: "png" });
  });
  afterAll(() => server.close());

  const drawPicture = (text: string) => Buffer.concat([picture, Buffer.from(text)]);

  it.each(Array.from({ length: RUNS }, (_, index) => SEED * 1_000 + index))(
    "answers 503 or waits, loses nothing and settles everything (seed %d)",
    async (seed) => {
      const database = planFaults({ seed, period: 25 });
      const store = planFaults({ seed: seed + 1, period: 15 });
      const decide = { database: database.decide, store: store.decide };
      const deployment = await startDeployment({ schema: getSchema(), server }, decide);
      const { api, workers, places } = deployment;
      const expected = await playWithWorkers(workers, async () => {
        const played = (["never", "by ticket", "by the API"] as const).map((returns, id) =>
          new Caller(api, `image-${id}`).play((text) => drawPicture(`${id} ${text}`), returns),
        );
        const ended = await Promise.all(played);
        for (const plan of [database, store]) plan.stop();
        return ended;
      });
      await settleAll([api, ...workers], places);
      expect(await findDifferences(places, expected)).toEqual([]);
      await deployment.close();
    },
  );

  it.each(takeSample(["database", "store"] as const, 2))(
    `goes on by itself when the %s was away in the middle of ${UPLOADS} uploads, ${AWAY === undefined ? "for many attempts" : `for ${AWAY} s`}`,
    async (part) => {
      const decide: Decide = () => ({ type: "none" });
      const around = { schema: getSchema(), server };
      const pause = AWAY === undefined ? 10 : 1_000;
      const deployment = await startDeployment(around, { database: decide, store: decide }, pause);
      const { api, workers, places } = deployment;
      const callers = Array.from({ length: UPLOADS }, (_, id) => new Caller(api, `image-${id}`));
      let uploaded = 0;
      const expected = await playWithWorkers(workers, () =>
        Promise.all(
          callers.map(async (caller, id) => {
            // Some are done when it begins, and one is under way.
            if (id >= UPLOADS / 2) await waitUntilTrue(() => uploaded >= UPLOADS / 2 - 1);
            if (id === UPLOADS - 1) void endLater(deployment[part]);
            const ended = await caller.upload(drawPicture(`${id}`));
            uploaded += 1;
            return ended;
          }),
        ),
      );
      expect(callers.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(0);
      await settleAll([api, ...workers], places);
      expect(await findDifferences(places, expected)).toEqual([]);
      await deployment.close();
    },
  );
});

/** Begins an outage, and ends it after its time, or else after some attempts. */
async function endLater({ beginOutage }: { beginOutage(attempts: number): void }): Promise<void> {
  beginOutage(AWAY === undefined ? 40 : Number.POSITIVE_INFINITY);
  if (AWAY === undefined) return;
  await setTimeout(AWAY * 1_000);
  beginOutage(0);
}
