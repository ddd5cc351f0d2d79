import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { createBackgroundReconcile } from "../../../src/entrypoints/server/background-reconcile.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { waitForTick } from "../../support/liars/liar.js";

const CONFIG = { thumbnails: { small: { width: 10 } } };

/** Twenty images of another configuration, and what reconciles them behind a server. */
async function openPlace(hasRoom: () => boolean = () => true) {
  const stores = memory();
  const engine = createFakeEngine();
  const before = definePipeline({ ...stores, engine });
  const bytes = createFakeImage({ width: 40, height: 30, format: "png" });
  for (let index = 0; index < 20; index += 1) await before.process({ key: `${index}.png`, bytes });
  const lines: string[] = [];
  const ports = {
    ...stores,
    engine,
    config: CONFIG,
    // Nobody waits for the pace of twenty a second.
    sleep: waitForTick,
    log: (level: string, message: string) => void lines.push(`${level} ${message}`),
  };
  const pipeline = definePipeline(ports);
  let accepted = 0;
  const onAccepted = () => {
    accepted += 1;
  };
  const runs = createBackgroundReconcile({ pipeline, ports }, { hasRoom, onAccepted });
  const readState = async () => (await pipeline.getStatus()).reconcile?.state;
  const awaitState = async (state: string) => {
    while ((await readState()) !== state) await waitForTick();
  };
  return { before, pipeline, runs, awaitState, readState, countAccepted: () => accepted, lines };
}

describe("reconciling behind a server", () => {
  it("is one run at a time, whoever asks meanwhile, and another one once that is over", async () => {
    const { runs, pipeline, awaitState, countAccepted } = await openPlace();
    expect(await Promise.all([runs.start(), runs.start(), runs.start()])).toEqual([true, false, false]);
    await awaitState("complete");
    expect(countAccepted()).toBe(20);
    expect((await pipeline.getStatus()).reconcile).toMatchObject({
      startedBy: "api",
      outcomes: { requested: 20 },
    });
    await pipeline.drainQueue();
    await waitForTick();
    expect(await runs.start()).toBe(true);
    await runs.stop();
  });

  it("asks for no more than the queue has room for, and goes on once it has", async () => {
    let room = 3;
    const { runs, awaitState, countAccepted } = await openPlace(() => countAccepted() < room);
    await runs.start();
    while (countAccepted() < 3) await waitForTick();
    for (let ticks = 0; ticks < 20; ticks += 1) await waitForTick();
    expect(countAccepted()).toBe(3);
    room = 100;
    await awaitState("complete");
    expect(countAccepted()).toBe(20);
  });

  it("is interrupted where the server stops, and is said to be", async () => {
    const { runs, readState, countAccepted } = await openPlace(() => false);
    await runs.start();
    while (countAccepted() < 1) await waitForTick();
    await runs.stop();
    expect(await readState()).toBe("interrupted");
  });

  it("is refused where what settles images has another configuration by now", async () => {
    const { runs, before, pipeline, readState, countAccepted } = await openPlace();
    await before.publishDeployment();
    await expect(runs.start()).rejects.toMatchObject({ code: "conflict" });
    expect([countAccepted(), await readState()]).toEqual([0, undefined]);
    await pipeline.publishDeployment();
    expect(await runs.start()).toBe(true);
    await runs.stop();
  });
});
