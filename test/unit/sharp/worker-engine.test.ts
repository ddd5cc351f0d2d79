import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { workerEngine } from "../../../src/adapters/sharp/index.js";
import { engineOn, type WorkerEngine } from "../../../src/adapters/sharp/worker-engine.js";
import type { WorkerProgram } from "../../../src/adapters/sharp/workers/start-worker-process.js";
import { WorkerPool } from "../../../src/adapters/sharp/workers/worker-pool.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { DEFAULT_UPLOAD_POLICY } from "../../../src/domain/model/upload-policy.js";
import { isRunning, until } from "../../support/processes.js";
import { startChild } from "../../support/typescript-child.js";
import { workerProgram } from "../../support/workers/program.js";
import type { Told } from "../../support/workers/stand-in.js";

const STAND_IN = workerProgram("test", "support", "workers", "stand-in.ts");
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
    options: { workers?: number; timeLimit?: number; memoryLimit?: number; program?: WorkerProgram } = {},
  ) {
    const { workers = 1, timeLimit = LONG, memoryLimit = 4096 * MEBIBYTE, program = STAND_IN } = options;
    const engine = engineOn(new WorkerPool({ ...program, workers, timeLimit, memoryLimit }), "stand-in");
    opened.push(engine);
    return {
      engine,
      /** Has a worker do what the words say. */
      call: async (words: string, signal?: AbortSignal) =>
        (await engine.inspect(Buffer.from(words), DEFAULT_UPLOAD_POLICY, { signal })) as unknown as Told,
    };
  }

  it.each(["spin", "decode"])("stops what would never end (%s), and says too-large", async (deed) => {
    const { call } = open({ timeLimit: SHORT });
    const { pid } = await call("tell");
    await expect(call(deed)).rejects.toMatchObject({
      code: "too-large",
      message: "expected an end within 150 ms for inspecting the original but received none, on two attempts",
    });
    expect(isRunning(pid)).toBe(false);
    expect((await call("tell")).pid).not.toBe(pid);
  });

  it("stops what takes too much memory, and says too-large", async () => {
    const { call } = open({ memoryLimit: 400 * MEBIBYTE });
    await expect(call("allocate")).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(
        /^expected at most 419430400 bytes of memory for inspecting the original but received \d+, on two attempts$/,
      ),
    });
    expect(await call("tell")).toMatchObject({ beside: 0 });
  });

  it.each([
    ["exitOnce", LONG],
    ["spinOnce", SHORT],
  ])(
    "tries once more, in a new process and frugally, what did not come to its end (%s)",
    async (deed, limit) => {
      const { call } = open({ timeLimit: limit });
      const { pid, alone } = await call("tell");
      expect(alone).toBe(false);
      const second = await call(`${deed} ${place}`);
      expect(second.alone).toBe(true);
      expect(second.pid).not.toBe(pid);
      expect(isRunning(pid)).toBe(false);
    },
  );

  it("blames a picture that kills its process, and says how that ended", async () => {
    await expect(open().call("exit")).rejects.toMatchObject({
      code: "too-large",
      message:
        "expected an answer for inspecting the original but received the death of its process (exit code 3), on two attempts",
    });
  });

  it("has nothing beside the second attempt after a death that was not its own doing", async () => {
    const { call } = open({ workers: 2 });
    const neighbour = call(`wait ${place} go`);
    const victim = call(`exitOnce ${place}`);
    await until(() => existsSync(join(place, "attempted")));
    const later = call(`tell ${place}`);
    writeFileSync(join(place, "go"), "");
    expect(await victim).toMatchObject({ alone: true, beside: 0 });
    expect(await neighbour).toMatchObject({ alone: false });
    expect(await later).toMatchObject({ alone: false });
  });

  it("leaves the neighbours of a picture that is killed alone", async () => {
    const { call } = open({ workers: 2, memoryLimit: 400 * MEBIBYTE });
    const neighbour = call(`wait ${place} go`);
    await expect(call("allocate")).rejects.toMatchObject({ code: "too-large" });
    await expect(call("refuse")).rejects.toMatchObject({ code: "corrupt-image" });
    expect(await call("tell")).toMatchObject({ alone: false });
    writeFileSync(join(place, "go"), "");
    expect(await neighbour).toMatchObject({ alone: false });
  });

  it("works on as many pictures at a time as there are workers, one in each", async () => {
    const { call } = open({ workers: 2 });
    const told = await Promise.all(Array.from({ length: 12 }, () => call(`tell ${place}`)));
    expect(new Set(told.map(({ pid }) => pid)).size).toBe(2);
    expect(Math.max(...told.map(({ beside }) => beside))).toBeLessThanOrEqual(1);
  });

  it("brings the engine's errors back with code, message and cause", async () => {
    const { call } = open();
    const refused = await call("refuse").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SafelightError);
    expect(refused).toMatchObject({
      code: "corrupt-image",
      message: "expected this but received that",
      cause: "Error: the reason",
    });
    await expect(call("fail")).rejects.toMatchObject({
      code: "internal",
      message: "expected the engine to succeed for the original but received: TypeError: a mistake",
    });
  });

  it("kills the process of a call that is aborted, and only that", async () => {
    const { call } = open({ workers: 2 });
    const other = call(`wait ${place} go`);
    const controller = new AbortController();
    const aborted = call(`wait ${place} never`, controller.signal);
    await until(() => pidsIn(place).length === 2);
    const before = pidsIn(place);
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(before.filter(isRunning)).toHaveLength(1);
    writeFileSync(join(place, "go"), "");
    expect(before).toContain((await other).pid);
  });

  it("forgets a call that is aborted before its turn", async () => {
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

  it("ends what is in hand and all processes when it is closed, twice as well as once", async () => {
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

  it("says internal, which may be tried again, when no process can be started", async () => {
    const { call } = open({ program: { ...STAND_IN, execArgv: ["--version"] } });
    await expect(call("tell")).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("expected a worker process for inspecting the original"),
    });
  });

  it("kills the process of a call that is given up while its bytes are on their way", async () => {
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

  it("goes on when a terminal sends Ctrl-C to the worker too", async () => {
    const { call } = open();
    const { pid } = await call("tell");
    const waiting = call(`wait ${place} go`);
    await until(() => pidsIn(place).length === 1);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.kill(pid, signal);
    writeFileSync(join(place, "go"), "");
    expect(await waiting).toMatchObject({ pid, alone: false });
  });

  it.each([[[]], [["decode"]], [["decode", "decode"]], [["spin"]]])(
    "leaves no process behind when its parent is killed (in hand: %p)",
    async (deeds) => {
      const parent = startChild("workers/parent.ts", ...deeds, place);
      const pids = JSON.parse((await parent.nextLine()) ?? "[]") as number[];
      expect(pids).toHaveLength(2);
      expect(pids.filter(isRunning)).toHaveLength(2);
      await parent.kill();
      await until(() => !pids.some(isRunning));
    },
  );

  it("does not keep a program from ending when nothing is in hand, and ends with it", async () => {
    const parent = startChild("workers/parent.ts", "end", place);
    const pids = JSON.parse((await parent.nextLine()) ?? "[]") as number[];
    expect(await parent.nextLine()).toBeUndefined();
    await until(() => !pids.some(isRunning));
  });

  it.each([{ workers: 0 }, { timeLimit: 1.5 }, { timeLimit: 2 ** 31 }, { memoryLimit: -1 }])(
    "refuses %p",
    (options) => {
      expect(() => workerEngine(options)).toThrow(expect.objectContaining({ code: "invalid-input" }));
    },
  );
});

/** The processes that have a call in hand. */
function pidsIn(place: string): readonly number[] {
  return readdirSync(place)
    .filter((name) => name.startsWith("in-hand."))
    .map((name) => Number(name.slice("in-hand.".length)));
}
