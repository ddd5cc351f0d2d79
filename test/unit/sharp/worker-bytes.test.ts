import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { engineVersion } from "../../../src/adapters/sharp/versions.js";
import { engineOn, type WorkerEngine } from "../../../src/adapters/sharp/worker-engine.js";
import { WorkerPool } from "../../../src/adapters/sharp/worker-pool.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { OPEN_POLICY } from "../../support/engine.js";
import { testImage } from "../../support/images.js";
import { SHARP_WORKER } from "../../support/workers/program.js";

const SPECS = { it: thumbnailSpec({ width: 40, format: "png" }) };

describe("the bytes that a worker process is sent", () => {
  const plain = sharpEngine();
  let workers: WorkerEngine;

  beforeAll(() => {
    const limits = { workers: 1, timeLimit: 60_000, memoryLimit: 4 * 1024 ** 3 };
    workers = engineOn(new WorkerPool({ ...SHARP_WORKER, ...limits }), engineVersion());
  });

  afterAll(() => workers.close());

  const planOf = async (bytes: Uint8Array) =>
    planRenditions(await workers.inspect(bytes, OPEN_POLICY), { thumbnails: SPECS, metadata: "strip" });

  it("are those of the call, whatever the process inspected before", async () => {
    const one = await testImage({ width: 80, height: 60 });
    const other = await testImage({ width: 60, height: 80, orientation: 3 });
    const plans = [await planOf(one), await planOf(other)] as const;
    for (const [bytes, plan] of [
      [one, plans[0]],
      [other, plans[1]],
      [one, plans[0]],
    ] as const)
      expect(await workers.render(bytes, plan)).toEqual(await plain.render(bytes, plan));
  });

  it("are inspected anew when their owner has changed them", async () => {
    const [small, large] = [
      await testImage({ width: 20, height: 10 }),
      await testImage({ width: 64, height: 48 }),
    ];
    const reused = new Uint8Array(Math.max(small.length, large.length));
    reused.set(small);
    expect(await workers.inspect(reused, OPEN_POLICY)).toMatchObject({ width: 20 });
    reused.set(large);
    expect(await workers.inspect(reused, OPEN_POLICY)).toMatchObject({ width: 64 });
  });
});
