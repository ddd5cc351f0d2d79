import { describe, expect, it } from "@jest/globals";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { readChunks } from "../../../src/entrypoints/http/request-body.js";
import { type MemoryReservation, UploadMemory } from "../../../src/entrypoints/http/upload-memory.js";

const busy = expect.objectContaining({ code: "unavailable", retryAfterSeconds: 1 });

/** Reads a body of which these bytes come and then nothing more, without an end. */
async function readSilent(bytes: number, reservation: MemoryReservation): Promise<void> {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(bytes)),
  });
  const request = new Request("http://x", { method: "POST", body, duplex: "half" } as RequestInit);
  const createError = () => new SafelightError("too-large", "too large");
  for await (const _ of readChunks(request, { maxBytes: 100, createError, seconds: 60, reservation }));
}

describe("the memory of unfinished uploads", () => {
  it("refuses who comes late, and has room again for what was released or counts elsewhere", () => {
    const [memory, other] = [new UploadMemory(10), new UploadMemory(10)];
    const [first, second] = [memory.reserve(), memory.reserve()];
    first.add(6);
    expect(() => second.add(5)).toThrow(busy);
    second.add(4);
    first.move(other);
    second.add(6);
    expect(() => second.move(other)).toThrow(busy);
    first.release();
    first.release();
    other.reserve().add(10);
    memory.reserve().add(10);
  });

  it("that yields takes it from the upload that has been silent for longest", () => {
    const memory = new UploadMemory(10, { yields: true });
    const [early, sending, late] = [memory.reserve(), memory.reserve(), memory.reserve()];
    early.add(3);
    sending.add(3);
    early.add(1);
    late.add(5);
    expect([early, sending, late].map(({ revoked }) => revoked.aborted)).toEqual([false, true, false]);
    expect(() => sending.add(1)).toThrow(busy);
    expect(() => late.add(6)).toThrow(busy);
  });

  it("ends the reading of an upload that yielded, or was silent for too long", async () => {
    const memory = new UploadMemory(10, { yields: true });
    const silent = memory.reserve();
    const reading = readSilent(10, silent);
    memory.reserve().add(0);
    await new Promise((turn) => setImmediate(turn));
    memory.reserve().add(1);
    await expect(reading).rejects.toEqual(busy);
    const impatient = new UploadMemory(10, { silenceSeconds: 0.01 });
    await expect(readSilent(10, impatient.reserve())).rejects.toThrow("stopped for 0.01 seconds");
  });
});
