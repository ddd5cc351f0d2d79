import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { describeDeployment } from "../../../src/domain/model/deployment.js";
import { summarizeDifferences } from "../../../src/domain/model/difference.js";
import type { ImageFormat } from "../../../src/domain/model/image-format.js";
import { type ConfigurationInput, pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { NO_ENGINE_VERSION } from "../../../src/domain/model/pipeline-status.js";
import type { ReconcileOptions } from "../../../src/domain/pipeline.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const FIRST = { thumbnails: { small: { width: 10 } } };
const SECOND = { thumbnails: { small: { width: 20 } } };
const CAT = { key: "cat.png", bytes: createFakeImage({ width: 40, height: 30, format: "png" }) };

/** Stores that several processes use, each by its own rules. */
function createPlace() {
  const stores = memory();
  const open = (
    config: ConfigurationInput,
    {
      engine = "1",
      clock,
      statuses = true,
    }: { engine?: string; clock?: () => Date; statuses?: boolean } = {},
  ) => {
    const { statuses: kept, ...others } = stores;
    return definePipeline({
      ...others,
      ...(statuses && { statuses: kept }),
      engine: { ...createFakeEngine(), version: engine },
      config,
      ...(clock && { clock }),
    });
  };
  return { stores, open };
}

type Place = ReturnType<typeof createPlace>;

const plan = (pipeline: ReturnType<Place["open"]>, options?: ReconcileOptions) =>
  summarizeDifferences(pipeline.reconcile({ graceMs: 0, ...options }));

const REFUSED = expect.objectContaining({
  code: "conflict",
  message: expect.stringMatching(/^expected the configuration of the deployment .+\(newDeployment\)$/),
});

describe("the deployment", () => {
  it("is anybody's where none was published: who only uses commands is refused nothing", async () => {
    const { open } = createPlace();
    await open(FIRST).process(CAT);
    expect(await plan(open(SECOND))).toMatchObject({ images: 1, findings: { "outdated-configuration": 1 } });
    expect(await plan(open(FIRST, { engine: "2" }))).toMatchObject({ findings: { "other-engine": 1 } });
    expect(await open(SECOND).doctor({ repair: true, graceMs: 0 })).toEqual([]);
    expect(await plan(open(SECOND), { apply: true })).toMatchObject({ outcomes: { requested: 1 } });
  });

  it("is kept to once it is published: another configuration neither plans, reconciles nor repairs", async () => {
    const { stores, open } = createPlace();
    const served = open(FIRST);
    await served.publishDeployment();
    await served.process(CAT);
    const other = open(SECOND);
    for (const options of [{}, { apply: true }, { apply: true, only: ["unrecorded-original"] as const }])
      await expect(plan(other, options)).rejects.toEqual(REFUSED);
    await expect(other.doctor({ repair: true })).rejects.toEqual(REFUSED);
    await expect(other.checkDeployment()).rejects.toEqual(REFUSED);
    expect(await stores.queue.receive({ limit: 1 })).toEqual([]);
    expect(await other.doctor({ graceMs: 0 })).toEqual([]);
    expect(await plan(open(FIRST))).toMatchObject({ images: 0 });
  });

  it("is kept to in its engine, which is another one by its version alone", async () => {
    const { open } = createPlace();
    await open(FIRST, { engine: "engine@1 vips@2" }).publishDeployment();
    await expect(plan(open(FIRST, { engine: "engine@1 vips@3" }))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('the engine of the deployment ("vips@2") for comparing'),
    });
  });

  it("is that of the last to publish, even where the clock of the one before was ahead", async () => {
    const { open } = createPlace();
    await open(FIRST, { clock: () => new Date(Date.now() + 3_600_000) }).publishDeployment();
    await open(SECOND).publishDeployment();
    await open(SECOND).checkDeployment();
    await expect(open(FIRST).checkDeployment()).rejects.toEqual(REFUSED);
  });

  it("becomes a new one where somebody says so: published by what changes images, and not by a plan", async () => {
    for (const change of ["reconcile", "doctor"] as const) {
      const { open } = createPlace();
      await open(FIRST).publishDeployment();
      await plan(open(SECOND), { newDeployment: true });
      await open(FIRST).checkDeployment();
      if (change === "doctor") await open(SECOND).doctor({ repair: true, newDeployment: true });
      else await plan(open(SECOND), { apply: true, newDeployment: true });
      await open(SECOND).checkDeployment();
      await expect(open(FIRST).checkDeployment()).rejects.toEqual(REFUSED);
    }
  });

  it("is the one that the caller knows, whatever was published", async () => {
    const { open } = createPlace();
    await open(FIRST).publishDeployment();
    const deployment = describeDeployment(pipelineConfig(SECOND), "1");
    await expect(plan(open(FIRST), { deployment, newDeployment: true })).rejects.toEqual(REFUSED);
    expect(await plan(open(SECOND), { deployment })).toMatchObject({ images: 0 });
  });

  it("is not published by a process without an engine, nor where no store takes it", async () => {
    const { stores, open } = createPlace();
    await open(FIRST, { engine: NO_ENGINE_VERSION }).publishDeployment();
    await open(FIRST, { statuses: false }).publishDeployment();
    expect(await stores.statuses.get("deployment")).toBeUndefined();
    await open(FIRST).publishDeployment();
    expect(await plan(open(SECOND, { statuses: false }))).toMatchObject({ images: 0 });
  });

  it("is refused with the way out that whoever asks has", async () => {
    const { open } = createPlace();
    await open(FIRST).publishDeployment();
    const refusal = expect.objectContaining({ message: expect.stringMatching(/; press the other button$/) });
    const how = { remedy: "press the other button" };
    await expect(open(SECOND).checkDeployment(how)).rejects.toEqual(refusal);
    await expect(plan(open(SECOND), how)).rejects.toEqual(refusal);
    await expect(open(SECOND).doctor({ repair: true, ...how })).rejects.toEqual(refusal);
  });

  it("has an engine without what no original that is let in needs: to install that makes it no other one", async () => {
    const { stores } = createPlace();
    const open = (decoder: string, formats: readonly ImageFormat[]) => {
      const computeVersion = (some: readonly ImageFormat[]) =>
        `engine@1 ${some.includes("heic") ? decoder : "none"}`;
      const engine = { ...createFakeEngine(), version: `engine@1 ${decoder}`, computeVersion };
      return definePipeline({ ...stores, engine, config: { ...FIRST, uploads: { formats } } });
    };
    const without = open("none", ["png"]);
    await without.publishDeployment();
    await without.process(CAT);
    const installed = open("heic@1", ["png"]);
    expect(await plan(installed)).toMatchObject({ images: 0 });
    expect(await installed.getStatus()).toMatchObject({ version: { engine: "engine@1 none" } });
    await open("heic@1", ["png", "heic"]).publishDeployment();
    await expect(open("heic@2", ["png", "heic"]).checkDeployment()).rejects.toMatchObject({
      message: expect.stringContaining('the engine of the deployment ("heic@1")'),
    });
  });
});
