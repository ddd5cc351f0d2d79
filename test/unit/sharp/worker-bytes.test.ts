import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { computeEngineVersion } from "../../../src/adapters/sharp/versions.js";
import { createPoolEngine, type WorkerEngine } from "../../../src/adapters/sharp/worker-engine.js";
import { WorkerPool } from "../../../src/adapters/sharp/workers/worker-pool.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { OPEN_POLICY } from "../../support/engine.js";
import { drawTestImage } from "../../support/images.js";
import { SHARP_WORKER } from "../../support/workers/program.js";

const SPECS = { it: thumbnailSpec({ width: 40, format: "png" }) };

describe("the bytes that a worker process is sent", () => {
  const plain = sharpEngine();
  let workers: WorkerEngine;

  beforeAll(() => {
    const limits = { workers: 1, timeoutMilliseconds: 60_000, memoryLimitBytes: 4 * 1024 ** 3 };
    workers = createPoolEngine(
      new WorkerPool({ ...SHARP_WORKER, ...limits }),
      computeEngineVersion(sharp.versions),
    );
  });

  afterAll(() => workers.close());

  const createPlan = async (bytes: Uint8Array) =>
    planRenditions(await workers.inspect(bytes, OPEN_POLICY), { thumbnails: SPECS, metadata: "strip" });

  it("are those of the call, whatever the process inspected before", async () => {
    const one = await drawTestImage({ width: 80, height: 60 });
    const other = await drawTestImage({ width: 60, height: 80, orientation: 3 });
    const plans = [await createPlan(one), await createPlan(other)] as const;
    for (const [bytes, plan] of [
      [one, plans[0]],
      [other, plans[1]],
      [one, plans[0]],
    ] as const)
      expect(await workers.render(bytes, plan)).toEqual(await plain.render(bytes, plan));
  });

  it("arrive complete and in order, however many and from whatever buffer", async () => {
    const noise = { width: 1500, height: 1000, channels: 3, noise: { type: "gaussian", sigma: 60 } } as const;
    const large = await sharp({ create: { ...noise, background: "grey" } })
      .png()
      .toBuffer();
    expect(large.length).toBeGreaterThan(2 ** 21);
    const within = new Uint8Array(large.length + 20).fill(7);
    within.set(large, 10);
    const copies = { copy: { copy: true } } as const;
    for (const bytes of [large, within.subarray(10, -10), await drawTestImage(), large]) {
      const facts = await workers.inspect(bytes, OPEN_POLICY);
      const plan = planRenditions(facts, { thumbnails: copies, metadata: "strip" });
      const { outputs } = await workers.render(bytes, plan);
      expect(Buffer.compare(outputs[0]?.bytes ?? new Uint8Array(), bytes)).toBe(0);
    }
  });

  it("may be empty", async () => {
    const refusal = await plain.inspect(new Uint8Array(), OPEN_POLICY).catch((error: unknown) => error);
    await expect(workers.inspect(new Uint8Array(), OPEN_POLICY)).rejects.toEqual(refusal);
    expect(await workers.inspect(await drawTestImage({ width: 20 }), OPEN_POLICY)).toMatchObject({
      width: 20,
    });
  });

  it("are inspected again after their owner has changed them", async () => {
    const [small, large] = [
      await drawTestImage({ width: 20, height: 10 }),
      await drawTestImage({ width: 64, height: 48 }),
    ];
    const reused = new Uint8Array(Math.max(small.length, large.length));
    reused.set(small);
    expect(await workers.inspect(reused, OPEN_POLICY)).toMatchObject({ width: 20 });
    reused.set(large);
    expect(await workers.inspect(reused, OPEN_POLICY)).toMatchObject({ width: 64 });
  });
});
