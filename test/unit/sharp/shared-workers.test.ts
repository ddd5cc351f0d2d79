import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { createPoolEngine, type WorkerEngine } from "../../../src/adapters/sharp/worker-engine.js";
import { WorkerPool } from "../../../src/adapters/sharp/workers/worker-pool.js";
import { DEFAULT_UPLOAD_POLICY } from "../../../src/domain/model/upload-policy.js";
import { isRunning, waitUntilTrue } from "../../support/processes.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { resolveWorkerProgram } from "../../support/workers/program.js";
import type { CallReport } from "../../support/workers/stand-in.js";

const it = takeSampleOfTests(4);

const STAND_IN = resolveWorkerProgram("test", "support", "workers", "stand-in.ts");
const LONG = 600_000;
const SHORT = 150;
const MEBIBYTE = 1024 ** 2;

describe("a worker process that small pictures share", () => {
  let place: string;
  let engine: WorkerEngine;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "safelight-shared-"));
  });

  afterEach(async () => {
    await engine.close();
    rmSync(place, { recursive: true, force: true });
  });

  /** Pictures are small unless their words say `large`. */
  function open(limits: { timeoutMilliseconds?: number; memoryLimitBytes?: number } = {}) {
    const { timeoutMilliseconds = LONG, memoryLimitBytes = 4096 * MEBIBYTE } = limits;
    const isSmall = ({ bytes }: { bytes: Uint8Array }) => !Buffer.from(bytes).includes("large");
    const pool = new WorkerPool({ ...STAND_IN, workers: 2, timeoutMilliseconds, memoryLimitBytes, isSmall });
    engine = createPoolEngine(pool, "stand-in");
    return (words: string, signal?: AbortSignal) => {
      const told = engine.inspect(Buffer.from(words), DEFAULT_UPLOAD_POLICY, { signal });
      // A test that fails leaves some that nobody waits for.
      told.catch(() => {});
      return told as unknown as Promise<CallReport>;
    };
  }

  const listPids = () =>
    readdirSync(place)
      .filter((name) => name.startsWith("in-hand."))
      .map((name) => Number(name.slice("in-hand.".length)));

  it("is the only one while all are small", async () => {
    const call = open();
    const told = await Promise.all(Array.from({ length: 12 }, () => call("tell")));
    expect(new Set(told.map(({ pid }) => pid)).size).toBe(1);
  });

  it("takes no large picture while it has a small one", async () => {
    const call = open();
    const small = call(`wait ${place} go`);
    await waitUntilTrue(() => listPids().length === 1);
    const large = await call("tell  large");
    writeFileSync(join(place, "go"), "");
    expect((await small).pid).not.toBe(large.pid);
  });

  it("is not joined while it has a large picture", async () => {
    const call = open();
    const large = call(`wait ${place} go large`);
    await waitUntilTrue(() => listPids().length === 1);
    const small = await call("tell");
    writeFileSync(join(place, "go"), "");
    expect((await large).pid).not.toBe(small.pid);
  });

  it("blames none of them when it ends, but hands each out again by itself", async () => {
    const call = open();
    const neighbors = [1, 2].map(() => call(`wait ${place} go`));
    await waitUntilTrue(() => listPids().length === 1);
    const [shared = 0] = listPids();
    // Once beside the others, which does not count, and once by itself, which does.
    const twice = call(`exitTwice ${place}`);
    await waitUntilTrue(() => existsSync(join(place, "first")));
    writeFileSync(join(place, "go"), "");
    for (const { pid } of await Promise.all(neighbors)) expect(pid).not.toBe(shared);
    expect(await twice).toMatchObject({ isLowMemory: true });
  });

  it("blames the picture that also ends a process which it has by itself, twice", async () => {
    const call = open();
    const [deadly, neighbor] = await Promise.allSettled([call("exit"), call("tell")]);
    expect(deadly).toMatchObject({
      reason: {
        code: "decoder-crashed",
        message: "the worker process exited (exit code 3) while inspecting the original, twice",
      },
    });
    expect(neighbor).toMatchObject({ status: "fulfilled" });
  });

  it.each([
    ["spin", { timeoutMilliseconds: SHORT }, "took longer than 150 ms, twice"],
    ["allocate", { memoryLimitBytes: 400 * MEBIBYTE }, "took more than 419430400 bytes of memory, twice"],
  ] as const)(
    "is killed at a limit, for which only the picture to blame is refused (%s)",
    async (deed, limits, reason) => {
      const call = open(limits);
      await call("tell");
      const [deadly, neighbor] = await Promise.allSettled([call(deed), call("tell")]);
      expect(deadly).toMatchObject({
        reason: { code: "decoder-crashed", message: `inspecting the original ${reason}` },
      });
      expect(neighbor).toMatchObject({ status: "fulfilled" });
    },
  );

  it("is killed when one of them is aborted, and the others are answered by another one", async () => {
    const call = open();
    const neighbor = call(`wait ${place} go`);
    await waitUntilTrue(() => listPids().length === 1);
    const [shared = 0] = listPids();
    const controller = new AbortController();
    const aborted = call("decode", controller.signal);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(isRunning(shared)).toBe(false);
    writeFileSync(join(place, "go"), "");
    expect((await neighbor).pid).not.toBe(shared);
  });

  it("takes nobody after a picture beside it has ended two processes, and ends when it has answered", async () => {
    const call = open({ memoryLimitBytes: 400 * MEBIBYTE });
    const small = call(`wait ${place} go`);
    await waitUntilTrue(() => listPids().length === 1);
    const [shared = 0] = listPids();
    await expect(call("allocate  large")).rejects.toMatchObject({ code: "decoder-crashed" });
    expect((await call("tell")).pid).not.toBe(shared);
    writeFileSync(join(place, "go"), "");
    expect((await small).pid).toBe(shared);
    expect(isRunning(shared)).toBe(false);
  });
});
