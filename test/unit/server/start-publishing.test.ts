import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { startPublishing } from "../../../src/entrypoints/server/start-publishing.js";
import type { StatusStore } from "../../../src/ports/status-store.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

/** A process whose status store fails so many times, and that counts its pauses. */
function openProcess(failures: number, code: "unavailable" | "forbidden" = "unavailable") {
  const stores = memory();
  let left = failures;
  let pauses = 0;
  const statuses: StatusStore = {
    get: (name) => stores.statuses.get(name),
    put: async (name, document) => {
      left -= 1;
      if (left >= 0) throw new SafelightError(code, "the database is away");
      return stores.statuses.put(name, document);
    },
  };
  const sleep = async (_milliseconds: number, signal?: AbortSignal) => {
    pauses += 1;
    signal?.throwIfAborted();
  };
  const logged: string[] = [];
  const log = (_level: string, message: string) => void logged.push(message);
  const ports = { ...stores, statuses, sleep, log, engine: createFakeEngine() };
  const composition = { pipeline: definePipeline(ports), ports } as never;
  return { stores, composition, logged, countPauses: () => pauses };
}

describe("publishing a deployment", () => {
  it("goes on until the store that is away takes it", async () => {
    const { stores, composition, logged, countPauses } = openProcess(3);
    const publishing = startPublishing(composition);
    await publishing.tried;
    expect(await stores.statuses.get("deployment")).toBeUndefined();
    while ((await stores.statuses.get("deployment")) === undefined) await new Promise(setImmediate);
    await publishing.stop();
    expect(logged).toEqual(Array(3).fill("deployment not published"));
    expect(countPauses()).toBe(3);
  });

  it("is not tried again where it can never succeed, and ends when it is stopped", async () => {
    const refused = openProcess(1, "forbidden");
    const publishing = startPublishing(refused.composition);
    await publishing.tried;
    await publishing.stop();
    expect(refused.logged).toHaveLength(1);
    expect(refused.countPauses()).toBe(0);
    const away = openProcess(Number.POSITIVE_INFINITY);
    const trying = startPublishing(away.composition);
    await trying.tried;
    await trying.stop();
    expect(await away.stores.statuses.get("deployment")).toBeUndefined();
  });
});
