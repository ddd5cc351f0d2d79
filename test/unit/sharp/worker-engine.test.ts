import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { workerEngine } from "../../../src/adapters/sharp/index.js";
import { createPoolEngine, type WorkerEngine } from "../../../src/adapters/sharp/worker-engine.js";
import type { WorkerProgram } from "../../../src/adapters/sharp/workers/start-worker-process.js";
import { Worker } from "../../../src/adapters/sharp/workers/worker.js";
import { WorkerPool } from "../../../src/adapters/sharp/workers/worker-pool.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { DEFAULT_UPLOAD_POLICY } from "../../../src/domain/model/upload-policy.js";
import { isRunning, listChildren, waitUntilTrue } from "../../support/processes.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { startChild } from "../../support/typescript-child.js";
import { resolveWorkerProgram } from "../../support/workers/program.js";
import type { CallReport } from "../../support/workers/stand-in.js";

const it = takeSampleOfTests(8);

const STAND_IN = resolveWorkerProgram("test", "support", "workers", "stand-in.ts");
const LONG = 600_000;
const SHORT = 150;
const MEBIBYTE = 1024 ** 2;

describe("the engine in worker processes", () => {
  let place: string;
  const opened: WorkerEngine[] = [];

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "safelight-workers-"));
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((engine) => engine.close()));
    rmSync(place, { recursive: true, force: true });
  });

  function open(
    options: {
      workers?: number;
      startedEarly?: number;
      timeoutMilliseconds?: number;
      memoryLimitBytes?: number;
      program?: WorkerProgram;
    } = {},
  ) {
    const {
      workers = 1,
      startedEarly = 0,
      timeoutMilliseconds = LONG,
      memoryLimitBytes = 4096 * MEBIBYTE,
      program = STAND_IN,
    } = options;
    const engine = createPoolEngine(
      new WorkerPool({ ...program, workers, startedEarly, timeoutMilliseconds, memoryLimitBytes }),
      "stand-in",
    );
    opened.push(engine);
    return {
      engine,
      /** Has a worker do what the words say. */
      call: async (words: string, signal?: AbortSignal) =>
        (await engine.inspect(Buffer.from(words), DEFAULT_UPLOAD_POLICY, {
          signal,
        })) as unknown as CallReport,
    };
  }

  it("starts as many processes early as it is told to and may have, and uses them", async () => {
    const before = listChildren(process.pid);
    const { call } = open({ workers: 2, startedEarly: 3 });
    const early = listChildren(process.pid).filter((pid) => !before.includes(pid));
    expect(early).toHaveLength(2);
    expect(early).toContain((await call("tell")).pid);
    expect(listChildren(process.pid).filter((pid) => !before.includes(pid))).toHaveLength(2);
  });

  it("replaces a process that was started early and has died since", async () => {
    const before = listChildren(process.pid);
    const { call } = open({ startedEarly: 1 });
    const [early = 0] = listChildren(process.pid).filter((pid) => !before.includes(pid));
    process.kill(early, "SIGKILL");
    await waitUntilTrue(() => !isRunning(early));
    expect((await call("tell")).pid).not.toBe(early);
  });

  it.each(["spin", "decode"])(
    "stops a decoding that would never end (%s), with decoder-crashed",
    async (deed) => {
      const { call } = open({ timeoutMilliseconds: SHORT });
      const { pid } = await call("tell");
      await expect(call(deed)).rejects.toMatchObject({
        code: "decoder-crashed",
        message: "inspecting the original took longer than 150 ms, twice",
      });
      expect(isRunning(pid)).toBe(false);
      expect((await call("tell")).pid).not.toBe(pid);
    },
  );

  it("stops a decoding that takes too much memory, with decoder-crashed", async () => {
    const { call } = open({ memoryLimitBytes: 400 * MEBIBYTE });
    await expect(call("allocate")).rejects.toMatchObject({
      code: "decoder-crashed",
      message: "inspecting the original took more than 419430400 bytes of memory, twice",
    });
    expect(await call("tell")).toMatchObject({ beside: 0 });
  });

  it.each([
    ["exitOnce", LONG],
    ["spinOnce", SHORT],
    ["starveOnce", LONG],
  ])("tries a failed decoding once more, in a new process and with less memory (%s)", async (deed, limit) => {
    const { call } = open({ timeoutMilliseconds: limit });
    const { pid, isLowMemory } = await call("tell");
    expect(isLowMemory).toBe(false);
    const second = await call(`${deed} ${place}`);
    expect(second.isLowMemory).toBe(true);
    expect(second.pid).not.toBe(pid);
    expect(isRunning(pid)).toBe(false);
  });

  it("blames a picture that ends its process twice, and says how it ended", async () => {
    await expect(open().call("exit")).rejects.toMatchObject({
      code: "decoder-crashed",
      message: "the worker process exited (exit code 3) while inspecting the original, twice",
    });
  });

  it("blames a picture on which its decoder fails twice for lack of memory", async () => {
    await expect(open().call("starve")).rejects.toMatchObject({
      code: "decoder-crashed",
      message: "there was no memory, twice",
    });
  });

  it("runs the second attempt alone after the process of the first has exited", async () => {
    const { call } = open({ workers: 2 });
    const neighbor = call(`wait ${place} go`);
    const victim = call(`exitOnce ${place}`);
    await waitUntilTrue(() => existsSync(join(place, "attempted")));
    const later = call(`tell ${place}`);
    writeFileSync(join(place, "go"), "");
    expect(await victim).toMatchObject({ isLowMemory: true, beside: 0 });
    expect(await neighbor).toMatchObject({ isLowMemory: false });
    expect(await later).toMatchObject({ isLowMemory: false });
  });

  it("does not disturb the calls beside a picture that is killed", async () => {
    const { call } = open({ workers: 2, memoryLimitBytes: 400 * MEBIBYTE });
    const neighbor = call(`wait ${place} go`);
    await expect(call("allocate")).rejects.toMatchObject({ code: "decoder-crashed" });
    await expect(call("refuse")).rejects.toMatchObject({ code: "corrupt-image" });
    expect(await call("tell")).toMatchObject({ isLowMemory: false });
    writeFileSync(join(place, "go"), "");
    expect(await neighbor).toMatchObject({ isLowMemory: false });
  });

  it("works on one picture in each worker at a time", async () => {
    const { call } = open({ workers: 2 });
    const told = await Promise.all(Array.from({ length: 12 }, () => call(`tell ${place}`)));
    expect(new Set(told.map(({ pid }) => pid)).size).toBe(2);
    expect(Math.max(...told.map(({ beside }) => beside))).toBeLessThanOrEqual(1);
  });

  it("returns the engine's errors with code, message and cause", async () => {
    const { call } = open();
    const refused = await call("refuse").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SafelightError);
    expect(refused).toMatchObject({
      code: "corrupt-image",
      message: "the picture was refused",
      cause: "Error: the reason",
    });
    await expect(call("fail")).rejects.toMatchObject({
      code: "internal",
      message: "the engine failed on the original: TypeError: a mistake",
    });
  });

  it("kills the process of a call that is aborted, and only that", async () => {
    const { call } = open({ workers: 2 });
    const other = call(`wait ${place} go`);
    const controller = new AbortController();
    const aborted = call(`wait ${place} never`, controller.signal);
    await waitUntilTrue(() => readPids(place).length === 2);
    const before = readPids(place);
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(before.filter(isRunning)).toHaveLength(1);
    writeFileSync(join(place, "go"), "");
    expect(before).toContain((await other).pid);
  });

  it("drops a call that is aborted before its turn", async () => {
    const { call } = open();
    const first = call(`wait ${place} go`);
    const controller = new AbortController();
    const second = call("exit", controller.signal);
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    await expect(call("exit", controller.signal)).rejects.toThrow("enough");
    writeFileSync(join(place, "go"), "");
    const { pid } = await first;
    expect(await call("tell")).toMatchObject({ pid });
  });

  it("ends the running calls and all processes when closed, twice as well as once", async () => {
    const { call, engine } = open({ workers: 2 });
    const { pid } = await call("tell");
    const inHand = [call("spin"), call("decode"), call("tell")].map((calling) =>
      calling.catch((error: unknown) => error),
    );
    await engine.close();
    await engine.close();
    for (const error of await Promise.all(inHand)) expect(error).toMatchObject({ code: "unavailable" });
    await expect(call("tell")).rejects.toMatchObject({ code: "unavailable" });
    expect(isRunning(pid)).toBe(false);
  });

  it("continues in a new process when somebody kills the working one", async () => {
    const { call } = open();
    const waiting = call(`wait ${place} go`);
    await waitUntilTrue(() => readPids(place).some(isRunning));
    const [killed] = readPids(place).filter(isRunning) as [number];
    process.kill(killed, "SIGKILL");
    writeFileSync(join(place, "go"), "");
    const { pid, beside } = await waiting;
    expect(pid).not.toBe(killed);
    expect(beside).toBe(0);
  });

  it("answers calls after two deaths with a new process, whichever others were idle", async () => {
    const { call } = open({ workers: 3 });
    const waiting = [1, 2, 3].map(() => call(`wait ${place} go`));
    await waitUntilTrue(() => readPids(place).length === 3);
    writeFileSync(join(place, "go"), "");
    const before = (await Promise.all(waiting)).map(({ pid }) => pid);
    await expect(call("exit")).rejects.toMatchObject({ code: "decoder-crashed" });
    expect(before.filter(isRunning)).toEqual([]);
    expect(before).not.toContain((await call("tell")).pid);
  });

  it("lets no process from before two deaths answer after them, not even one that was at work", async () => {
    const { call } = open({ workers: 2, memoryLimitBytes: 400 * MEBIBYTE });
    const neighbor = call(`wait ${place} go`);
    await expect(call("allocate")).rejects.toMatchObject({ code: "decoder-crashed" });
    writeFileSync(join(place, "go"), "");
    const { pid } = await neighbor;
    expect((await call("tell")).pid).not.toBe(pid);
    expect(isRunning(pid)).toBe(false);
  });

  it("throws unavailable, without blaming the picture, if no process can be started", async () => {
    const { call } = open({ program: { ...STAND_IN, execArgv: ["--version"] } });
    await expect(call("tell")).rejects.toMatchObject({
      code: "unavailable",
      message: "the worker process exited (exit code 0) while starting",
    });
  });

  it("throws unavailable also if the system refuses at once", async () => {
    const { call } = open({ program: { ...STAND_IN, execArgv: ["x".repeat(8 * MEBIBYTE)] } });
    await expect(call("tell")).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("E2BIG"),
    });
  });

  it("does not blame a picture for two deaths if it was being decoded at only one", async () => {
    const gate = join(place, "gate.mjs");
    const attempted = JSON.stringify(join(place, "attempted"));
    writeFileSync(
      gate,
      `import { existsSync } from "node:fs"; if (existsSync(${attempted})) process.exit(9);`,
    );
    const execArgv = [...STAND_IN.execArgv, "--import", pathToFileURL(gate).href];
    const { call } = open({ program: { ...STAND_IN, execArgv } });
    await expect(call(`exitOnce ${place}`)).rejects.toMatchObject({
      code: "unavailable",
      message: "the worker process exited (exit code 9) while starting",
    });
  });

  it("limits the time of a start and the time of a call separately", async () => {
    const worker = new Worker(STAND_IN);
    const limits = { timeoutMilliseconds: LONG, memoryLimitBytes: 4096 * MEBIBYTE };
    const request = (words: string) => ({
      method: "inspect" as const,
      bytes: Buffer.from(words),
      policy: DEFAULT_UPLOAD_POLICY,
      isLowMemory: false,
    });
    try {
      await worker.run(request("tell"), limits);
      const waiting = worker.run(request(`wait ${place} go`), { ...limits, startTimeoutMilliseconds: 1 });
      await waitUntilTrue(() => readPids(place).length === 1);
      writeFileSync(join(place, "go"), "");
      expect(await waiting).toMatchObject({ type: "done" });
      const late = new Worker(STAND_IN);
      expect(await late.run(request("tell"), { ...limits, startTimeoutMilliseconds: 1 })).toEqual({
        type: "exited",
        cause: "start",
        message: "the worker process was not ready within 1 ms",
      });
    } finally {
      await worker.kill();
    }
  });

  it("kills the process of a call that is aborted while its bytes are being sent", async () => {
    const { engine, call } = open();
    const { pid } = await call("tell");
    // A process that stands still takes no more than the pipe holds.
    process.kill(pid, "SIGSTOP");
    const given = new AbortController();
    const large = Buffer.alloc(32 * MEBIBYTE, " ");
    const calling = engine.inspect(large, DEFAULT_UPLOAD_POLICY, { signal: given.signal });
    await new Promise((resolve) => setImmediate(resolve));
    given.abort(new Error("given up"));
    await expect(calling).rejects.toThrow("given up");
    expect(isRunning(pid)).toBe(false);
    expect((await call("tell")).pid).not.toBe(pid);
  });

  it("continues when a terminal sends Ctrl-C to the worker too", async () => {
    const { call } = open();
    const { pid } = await call("tell");
    const waiting = call(`wait ${place} go`);
    await waitUntilTrue(() => readPids(place).length === 1);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.kill(pid, signal);
    writeFileSync(join(place, "go"), "");
    expect(await waiting).toMatchObject({ pid, isLowMemory: false });
  });

  it.each([[[]], [["decode"]], [["decode", "decode"]], [["spin"]]])(
    "leaves no process behind when its parent is killed (calls running: %p)",
    async (deeds) => {
      const parent = startChild("workers/parent.ts", ...deeds, place);
      const pids = JSON.parse((await parent.readLine()) ?? "[]") as number[];
      expect(pids).toHaveLength(2);
      expect(pids.filter(isRunning)).toHaveLength(2);
      await parent.kill();
      await waitUntilTrue(() => !pids.some(isRunning));
    },
  );

  it("does not keep a program from ending while no call runs, and ends with it", async () => {
    const parent = startChild("workers/parent.ts", "end", place);
    const pids = JSON.parse((await parent.readLine()) ?? "[]") as number[];
    expect(await parent.readLine()).toBeUndefined();
    await waitUntilTrue(() => !pids.some(isRunning));
  });

  it.each([
    { workers: 0 },
    { timeoutMilliseconds: 1.5 },
    { timeoutMilliseconds: 2 ** 31 },
    { memoryLimitBytes: -1 },
  ])("refuses %p", (options) => {
    expect(() => workerEngine(options)).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
});

/** The processes that have a call in hand. */
function readPids(place: string): readonly number[] {
  return readdirSync(place)
    .filter((name) => name.startsWith("in-hand."))
    .map((name) => Number(name.slice("in-hand.".length)));
}
