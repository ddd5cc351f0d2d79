import { describe } from "@jest/globals";
import sharp from "sharp";
import { computeEngineVersion } from "../../src/adapters/sharp/versions.js";
import { createPoolEngine, isSmall } from "../../src/adapters/sharp/worker-engine.js";
import { WorkerPool } from "../../src/adapters/sharp/workers/worker-pool.js";
import { imageEngineContract, runContract } from "../../src/ports/contracts/index.js";
import { createEngineSamples } from "../support/engine-samples.js";
import { SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";
import { SHARP_WORKER } from "../support/workers/program.js";

const it = takeSampleOfTests(16);

runContract(
  { describe, it },
  imageEngineContract,
  async () => {
    const limits = { workers: 1, timeoutMilliseconds: 60_000, memoryLimitBytes: 320 * 1024 ** 2 };
    const engine = createPoolEngine(
      new WorkerPool({ ...SHARP_WORKER, ...limits, isSmall }),
      computeEngineVersion(sharp.versions),
    );
    return {
      engine,
      close: () => engine.close(),
      ...(await createEngineSamples()),
      endless: await drawEndlessJpeg(),
    };
  },
  [],
  { seed: SEED },
);

/** A decoder holds all coefficients of a progressive JPEG: 400 MB for this one. */
function drawEndlessJpeg(): Promise<Uint8Array> {
  made ??= sharp({ create: { width: 8_000, height: 8_000, channels: 3, background: "#336699" } })
    .jpeg({ progressive: true, chromaSubsampling: "4:4:4", quality: 30 })
    .toBuffer();
  return made;
}

let made: Promise<Uint8Array> | undefined;
