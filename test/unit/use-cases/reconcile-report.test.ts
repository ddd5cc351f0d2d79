import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import type { ReconcileReport } from "../../../src/domain/model/reconcile-report.js";
import type { Pipeline, PipelinePorts } from "../../../src/domain/pipeline.js";
import type { StatusStore } from "../../../src/ports/status-store.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { rejectAll, replaceMethods } from "../../support/liars/liar.js";

const AWAY = new SafelightError("unavailable", "the store did not answer");

/** Twelve originals without a record, and every report that a run of reconciling puts. */
async function openPlace(changes: Partial<PipelinePorts> = {}, step = 0) {
  const stores = memory({ clock: () => new Date("2025-12-31") });
  for (let index = 0; index < 12; index += 1)
    await stores.originals.put(`${index}.png`, createFakeImage({ width: 9, height: 9, format: "png" }), {
      contentType: "image/png",
    });
  for (const { id } of await stores.queue.receive({ limit: 100 })) await stores.queue.acknowledge(id);
  const reports: ReconcileReport[] = [];
  const statuses = replaceMethods<StatusStore>(stores.statuses, {
    put: async (name, document) => {
      reports.push(document as ReconcileReport);
      await stores.statuses.put(name, document);
    },
  });
  let now = Date.UTC(2026, 0, 1);
  const readTime = () => {
    now += step;
    return new Date(now);
  };
  const sleep = async () => {};
  const pipeline = definePipeline({
    ...stores,
    statuses,
    engine: createFakeEngine(),
    clock: readTime,
    sleep,
    ...changes,
  });
  return { pipeline, reports };
}

const APPLY = { apply: true, graceMs: 0 } as const;

async function readReport(pipeline: Pipeline): Promise<ReconcileReport | undefined> {
  return (await pipeline.getStatus()).reconcile;
}

describe("the report of reconciling", () => {
  it("tells what a run has found and done, who began it, and that it is complete", async () => {
    const { pipeline, reports } = await openPlace();
    expect(await readReport(pipeline)).toBeUndefined();
    for await (const _ of pipeline.reconcile({
      ...APPLY,
      startedBy: "command",
      only: ["unrecorded-original"],
    }));
    const at = "2026-01-01T00:00:00.000Z";
    expect(await readReport(pipeline)).toEqual({
      at,
      startedAt: at,
      startedBy: "command",
      state: "complete",
      only: ["unrecorded-original"],
      listed: 12,
      suspects: 12,
      looked: 12,
      images: 12,
      findings: { "unrecorded-original": 12 },
      outcomes: { requested: 12 },
    });
    expect(reports.map(({ state }) => state)).toEqual(["running", "complete"]);
    await pipeline.drainQueue();
    for await (const _ of pipeline.reconcile(APPLY));
    expect(await readReport(pipeline)).toMatchObject({
      startedBy: "program",
      state: "complete",
      suspects: 0,
      images: 0,
      findings: {},
      outcomes: {},
    });
  });

  it("tells how far a run is, every five seconds and not more often", async () => {
    const { pipeline, reports } = await openPlace({}, 1_500);
    for await (const _ of pipeline.reconcile(APPLY));
    const running = reports.filter(({ state }) => state === "running");
    expect(running.length).toBeGreaterThan(1);
    const times = running.map(({ at }) => Date.parse(at));
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(5_000);
    expect(running.at(-1)).toMatchObject({ looked: expect.any(Number) });
  });

  it("tells that a run was stopped, by its signal or by who takes no more, with what was done until then", async () => {
    for (const how of ["signal", "break"]) {
      const { pipeline } = await openPlace();
      const stop = new AbortController();
      const run = async () => {
        for await (const _ of pipeline.reconcile({ ...APPLY, signal: stop.signal })) {
          if (how === "break") break;
          stop.abort(new Error("enough"));
        }
      };
      if (how === "break") await run();
      else await expect(run()).rejects.toThrow("enough");
      const report = await readReport(pipeline);
      expect(report).toMatchObject({ state: "interrupted", suspects: 12 });
      expect(report?.images).toBeGreaterThan(0);
      expect(report?.images).toBeLessThan(12);
    }
  });

  it("tells that a run failed, and why", async () => {
    const stores = memory();
    const { pipeline } = await openPlace({
      renditions: replaceMethods(stores.renditions, rejectAll(stores.renditions, AWAY)),
    });
    const run = async () => {
      for await (const _ of pipeline.reconcile(APPLY));
    };
    await expect(run()).rejects.toThrow(AWAY.message);
    expect(await readReport(pipeline)).toMatchObject({ state: "failed", problem: AWAY.message, looked: 0 });
  });

  it("is not given by a plan, which changes nothing", async () => {
    const { pipeline, reports } = await openPlace();
    for await (const _ of pipeline.reconcile({ graceMs: 0, onReport: (report) => reports.push(report) }));
    expect(reports).toEqual([]);
  });

  it("is told to whoever began the run as well, also where there is no store for it", async () => {
    const { pipeline, reports } = await openPlace({}, 1_500);
    const told: ReconcileReport[] = [];
    for await (const _ of pipeline.reconcile({ ...APPLY, onReport: (report) => told.push(report) }));
    expect(told).toEqual(reports);
    const { pipeline: without } = await openPlace({ statuses: undefined });
    for await (const _ of without.reconcile({ ...APPLY, onReport: (report) => told.push(report) }));
    expect(told.at(-1)).toMatchObject({ state: "complete", images: 12 });
  });

  it("of a run that was refused or stopped before it began is told, and leaves the one that is stored", async () => {
    for (const [state, how] of [
      ["failed", { deployment: { configuration: "another", engine: "another", safelight: "0" } }],
      ["interrupted", { signal: AbortSignal.abort(new Error("enough")) }],
    ] as const) {
      const { statuses } = memory();
      const get: StatusStore["get"] = async (name, options) => {
        options?.signal?.throwIfAborted();
        return await statuses.get(name);
      };
      const { pipeline } = await openPlace({ statuses: replaceMethods(statuses, { get }) });
      for await (const _ of pipeline.reconcile(APPLY));
      const before = await readReport(pipeline);
      const told: ReconcileReport[] = [];
      const run = async () => {
        for await (const _ of pipeline.reconcile({ ...APPLY, ...how, onReport: (one) => told.push(one) }));
      };
      await expect(run()).rejects.toThrow();
      expect(told).toEqual([expect.objectContaining({ state, listed: 0 })]);
      expect(await readReport(pipeline)).toEqual(before);
    }
  });

  it("counts a run as interrupted that was not heard of for 15 minutes, and no other", async () => {
    let now = Date.UTC(2026, 0, 1);
    const { statuses } = memory();
    const { pipeline } = await openPlace({ statuses, clock: () => new Date(now) });
    for await (const _ of pipeline.reconcile(APPLY)) break;
    const ended = await readReport(pipeline);
    if (!ended) throw new Error("expected a report but found none");
    // As a process leaves it that is killed.
    await statuses.put("reconcile", { ...ended, state: "running" });
    now += 15 * 60_000 - 1;
    expect(await readReport(pipeline)).toMatchObject({ state: "running", at: ended.at });
    now += 1;
    expect(await readReport(pipeline)).toMatchObject({ state: "interrupted", at: ended.at });
    await statuses.put("reconcile", { ...ended, state: "complete" });
    expect(await readReport(pipeline)).toMatchObject({ state: "complete", at: ended.at });
  });

  it("stops no run where it cannot be stored, and is missed in the log", async () => {
    const lines: string[] = [];
    const { statuses } = memory();
    const { pipeline } = await openPlace({
      statuses: replaceMethods(statuses, { put: () => Promise.reject(AWAY) }),
      log: (level, message) => void lines.push(`${level} ${message}`),
    });
    let found = 0;
    for await (const { outcome } of pipeline.reconcile(APPLY)) found += outcome === "requested" ? 1 : 0;
    expect(found).toBe(12);
    expect(lines).toEqual(Array(2).fill("warn report of reconciling not stored"));
  });
});
