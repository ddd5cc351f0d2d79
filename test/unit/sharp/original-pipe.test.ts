import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { OriginalPipe, WORKER_STDIO } from "../../../src/adapters/sharp/workers/original-pipe.js";
import { startWorkerProcess } from "../../../src/adapters/sharp/workers/start-worker-process.js";
import type { WorkerMessage, WorkerRequest } from "../../../src/adapters/sharp/workers/worker-messages.js";
import { DEFAULT_UPLOAD_POLICY } from "../../../src/domain/model/upload-policy.js";
import { resolveWorkerProgram } from "../../support/workers/program.js";

describe("the pipe for originals", () => {
  const started: ChildProcess[] = [];

  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  /** A worker that is ready, without the pool that would watch over it. */
  async function startWorker() {
    const child = startWorkerProcess(resolveWorkerProgram("test", "support", "workers", "stand-in.ts"));
    started.push(child);
    const receiveMessage = async () => ((await once(child, "message")) as [WorkerMessage])[0];
    expect(await receiveMessage()).toEqual({ type: "ready" });
    const ask = (request: WorkerRequest) => child.send(request);
    return { child, hear: receiveMessage, ask, pipe: child.stdio[4] as Socket };
  }

  const inspect = { method: "inspect", policy: DEFAULT_UPLOAD_POLICY, id: 1, isLowMemory: false } as const;

  it("is read until all bytes have arrived", async () => {
    const { hear, ask, pipe } = await startWorker();
    ask({ ...inspect, length: 4 });
    for (const part of ["t", "el", "l"]) await new Promise((sent) => pipe.write(part, sent));
    expect(await hear()).toMatchObject({ type: "done", value: { isLowMemory: false } });
  });

  it("ends a worker that gets only a part of the bytes: no picture is judged by a part", async () => {
    const { child, ask, pipe } = await startWorker();
    ask({ ...inspect, length: 40 });
    pipe.end("tell");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  });

  it("is not read for bytes that nobody sent: a plan without an original is the caller's mistake", async () => {
    const { hear, ask } = await startWorker();
    ask({ method: "render", plan: {} as never, id: 1, isLowMemory: false });
    expect(await hear()).toMatchObject({ type: "refused", code: "internal" });
  });

  it("fails when nothing can be sent any more", async () => {
    const deaf = `fs.closeSync(4); process.send(""); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", deaf], { stdio: [...WORKER_STDIO] });
    started.push(child);
    const broken = new Promise<void>((resolve) => {
      const pipe = new OriginalPipe(child, resolve);
      child.once("message", () => pipe.send(new Uint8Array(1)));
    });
    await broken;
    expect(child.exitCode).toBe(null);
  });

  it("fails at once if the system has no descriptors left for a process", () => {
    let broken = 0;
    const pipe = new OriginalPipe({ stdio: undefined } as never, () => {
      broken += 1;
    });
    expect(broken).toBe(1);
    pipe.send(new Uint8Array(1));
  });
});
