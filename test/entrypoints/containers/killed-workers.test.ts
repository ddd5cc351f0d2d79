import { describe, expect, it } from "@jest/globals";
import { judgeWorkers, type RunFaults, type WorkersRun } from "../../support/containers/judge-workers.js";
import { type KilledRun, killWorkers } from "../../support/containers/kill-workers.js";
import { createSharedStores } from "../../support/containers/shared-stores.js";
import { createRandom } from "../../support/kill/random-kills.js";
import { describeOnPostgres } from "../../support/postgres/index.js";
import { startFauxqsStore } from "../../support/s3-stores/fauxqs.js";
import { chooseCount, SEED } from "../../support/sample.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

const UPLOADS = chooseCount({ fast: 12, ordinary: 12, long: 100 }, "SAFELIGHT_KILLED_UPLOADS");
const KILLS = Math.max(1, Math.round(UPLOADS / 40));

/** In a large run the others wait half a minute for whoever was killed, as they do where nobody helps them. */
const FORGET = UPLOADS < 1_000;

const NOTHING = { lost: [], notReady: [], renderedTwice: [], uncounted: [] };

describe("a run with workers that are killed", () => {
  const run: WorkersRun = {
    accepted: ["a", "b"],
    statuses: new Map([
      ["a", "ready"],
      ["b", "ready"],
    ]),
    settled: [
      { imageId: "a", outcome: "ready" },
      { imageId: "a", outcome: "unchanged" },
      { imageId: "b", outcome: "ready" },
    ],
    mostUncounted: 0,
  };

  it("is right where each image is ready and was rendered once", () => {
    expect(judgeWorkers(run)).toEqual(NOTHING);
    const killed = { ...run, settled: run.settled.slice(0, 2), mostUncounted: 1 };
    expect(judgeWorkers(killed)).toEqual(NOTHING);
  });

  it.each<[string, Partial<WorkersRun>, Partial<RunFaults>]>([
    ["an image is lost", { statuses: new Map([["a", "ready"]]) }, { lost: ["b"] }],
    [
      "an image is not ready",
      { statuses: new Map([...run.statuses, ["b", "pending"]]) },
      { notReady: ["b"] },
    ],
    [
      "an image was rendered again after it was committed",
      { settled: [...run.settled, { imageId: "a", outcome: "ready" }] },
      { renderedTwice: ["a"] },
    ],
    [
      "nobody has counted an image, and nobody was killed",
      { settled: run.settled.slice(0, 2) },
      { uncounted: ["b"] },
    ],
  ])("is wrong where %s", (_what, change, faults) => {
    expect(judgeWorkers({ ...run, ...change })).toEqual({ ...NOTHING, ...faults });
  });
});

describeOnPostgres("three workers and an API on PostgreSQL and a store that speaks S3", () => {
  const itOnOneDayOfFour = takeSampleOfTests(4);

  itOnOneDayOfFour(
    "lose no upload and render each once, whichever of the workers are killed",
    async () => {
      const store = await startFauxqsStore();
      try {
        const stores = await createSharedStores(store);
        const random = createRandom(SEED);
        const run = await killWorkers({
          store,
          stores,
          workers: 3,
          uploads: UPLOADS,
          kills: KILLS,
          random,
          forget: FORGET,
        });
        expect(new Set(run.accepted).size).toBe(UPLOADS);
        expect(judgeWorkers(run)).toEqual(NOTHING);
        expect(run.diagnoses).toEqual([]);
        if (UPLOADS >= 1_000) console.info(describeRun(run));
      } finally {
        await store.close();
      }
    },
    600_000,
  );
});

function describeRun({ accepted, settled, kills, duplicates }: KilledRun): string {
  const counts = new Map<string, number>();
  for (const { outcome } of settled) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const said = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  return `${accepted.length} uploads, ${kills} kills, ${duplicates} told again: ${said}`;
}
