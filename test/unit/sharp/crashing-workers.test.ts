import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import sharp from "sharp";
import { memory } from "../../../src/adapters/memory/index.js";
import { computeEngineVersion } from "../../../src/adapters/sharp/versions.js";
import { createPoolEngine, isSmall, type WorkerEngine } from "../../../src/adapters/sharp/worker-engine.js";
import { WorkerPool } from "../../../src/adapters/sharp/workers/worker-pool.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { SHARP_WORKER } from "../../support/workers/program.js";

const it = takeSampleOfTests(2);

const PRELOADED = resolve("test", "support", "lambda", "faulty-decoder.cjs");

describe("a picture that kills real workers", () => {
  let photo: Buffer;
  let engine: WorkerEngine;
  let ports: ReturnType<typeof memory>;

  beforeEach(async () => {
    photo = await sharp({ create: { width: 320, height: 240, channels: 3, background: "olive" } })
      .jpeg()
      .toBuffer();
    const execArgv = [...SHARP_WORKER.execArgv, "--require", PRELOADED];
    const limits = { workers: 2, timeoutMilliseconds: 600_000, memoryLimitBytes: 2 ** 31 };
    engine = createPoolEngine(
      new WorkerPool({ ...SHARP_WORKER, execArgv, ...limits, isSmall }),
      computeEngineVersion(sharp.versions),
    );
    ports = memory();
  });

  afterEach(async () => {
    delete process.env.ALL_PIXELS_DIE;
    await engine.close();
  });

  it("is rejected as decoder-crashed, and the pictures beside it are not", async () => {
    const pipeline = definePipeline({ ...ports, engine });
    const deadly = Buffer.concat([photo, Buffer.from("DIES-WHILE-DECODING")]);
    const [first, second] = await Promise.all([
      pipeline.process({ key: "deadly.jpg", bytes: deadly }),
      pipeline.process({ key: "photo.jpg", bytes: photo }),
    ]);
    expect(first).toMatchObject({
      status: "rejected",
      failure: {
        code: "decoder-crashed",
        message: "the worker process exited (SIGKILL) while rendering, twice",
      },
    });
    expect(second).toMatchObject({ status: "ready" });
  });

  it("is not rejected while every picture kills its worker, and is rendered once that is over", async () => {
    const pipeline = definePipeline({ ...ports, engine });
    process.env.ALL_PIXELS_DIE = "";
    await expect(pipeline.process({ key: "photo.jpg", bytes: photo })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect((await pipeline.list()).items.filter(({ status }) => status !== "pending")).toEqual([]);
    delete process.env.ALL_PIXELS_DIE;
    expect(await pipeline.process({ key: "photo.jpg", bytes: photo })).toMatchObject({ status: "ready" });
  });
});
