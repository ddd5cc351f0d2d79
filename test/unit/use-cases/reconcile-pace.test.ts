import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const BYTES = new TextEncoder().encode("IMG png 64x48 payload");

it("images that wait for their turn under a rate do not each listen to the caller's signal", async () => {
  const { signal } = new AbortController();
  const stores = memory();
  const before = definePipeline({ ...stores, engine: createFakeEngine() });
  for (let index = 0; index < 16; index += 1) await before.process({ key: `${index}.png`, bytes: BYTES });
  let most = 0;
  const pause = async (milliseconds: number, signalOfPause?: AbortSignal) => {
    const sleeping = sleep(milliseconds, undefined, { signal: signalOfPause });
    most = Math.max(most, getEventListeners(signal, "abort").length);
    await sleeping;
  };
  const config = { thumbnails: { other: { width: 20 } } };
  const after = definePipeline({ ...stores, sleep: pause, config, engine: createFakeEngine() });
  let closed = 0;
  for await (const _ of after.reconcile({ apply: true, rate: 1_000, signal })) closed += 1;
  expect(closed).toBe(16);
  expect(most).toBe(1);
});

it("a rate of one image in many years is no request for all of them at once", async () => {
  const stores = memory();
  const before = definePipeline({ ...stores, engine: createFakeEngine() });
  for (const key of ["a.png", "b.png"]) await before.process({ key, bytes: BYTES });
  const slept: number[] = [];
  const pause = async (milliseconds: number) => void slept.push(milliseconds);
  const config = { thumbnails: { other: { width: 20 } } };
  const after = definePipeline({ ...stores, sleep: pause, config, engine: createFakeEngine() });
  for await (const _ of after.reconcile({ apply: true, rate: 1e-8 }));
  // Node's timers go off at once for more than this.
  expect(Math.max(...slept)).toBeLessThan(2 ** 31);
  expect(slept.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0.99e11);
});
