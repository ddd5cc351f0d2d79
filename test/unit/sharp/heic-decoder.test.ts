import { beforeAll, describe, expect, it } from "@jest/globals";
import { decodeHeic } from "../../../src/adapters/sharp/heic/decode-heic.js";
import { type DecoderRequest, runDecoder } from "../../../src/adapters/sharp/heic/decoder-thread.js";
import type { SourceFacts } from "../../../src/domain/model/image-metadata.js";
import { inspect } from "../../support/engine.js";
import { readHeic, readLargeHeic } from "../../support/heic-files.js";

/** More than the decoder has at its start, and less than this picture takes. */
const LITTLE_MEMORY = 20_000_000;

describe("the decoder of HEIC", () => {
  let facts: SourceFacts;
  let request: DecoderRequest;

  beforeAll(async () => {
    facts = await inspect(readLargeHeic());
    const { width, height, decodeCost } = facts;
    request = {
      width,
      height,
      channels: 3,
      sampleBytes: 1,
      bytes: readLargeHeic(),
      head: new Uint8Array(16).fill(7),
      memoryLimitBytes: decodeCost,
      timeLimitMilliseconds: 60_000,
    };
  });

  it("puts pixels behind the head that it is given", async () => {
    const answer = await runDecoder(request);
    if (answer.type !== "decoded") throw new Error(JSON.stringify(answer));
    expect(answer.file).toHaveLength(16 + 2_000 * 1_500 * 3);
    expect([...answer.file.subarray(0, 16)]).toEqual([...request.head]);
  });

  it("takes no more memory than it may", async () => {
    const answer = await runDecoder({ ...request, memoryLimitBytes: LITTLE_MEMORY });
    expect(answer).toMatchObject({ type: "failed", shortage: "limit" });
  });

  it("blames a picture that takes more memory than its header says", async () => {
    await expect(decodeHeic(readLargeHeic(), { ...facts, decodeCost: LITTLE_MEMORY })).rejects.toMatchObject({
      code: "corrupt-image",
      message: expect.stringContaining("more memory than those of its header"),
    });
  });

  it("is stopped when it takes too long", async () => {
    await expect(runDecoder({ ...request, timeLimitMilliseconds: 1 })).rejects.toMatchObject({
      code: "decoder-crashed",
      message: "decoding took longer than 0.001 s",
    });
  });

  it("is stopped when the call is aborted, before it and in the middle", async () => {
    const reason = new Error("enough");
    await expect(runDecoder(request, AbortSignal.abort(reason))).rejects.toBe(reason);
    const aborting = new AbortController();
    const decoding = runDecoder(request, aborting.signal);
    setImmediate(() => aborting.abort(reason));
    await expect(decoding).rejects.toBe(reason);
  });

  it("refuses pixels that are not as many as the header says", async () => {
    await expect(decodeHeic(readLargeHeic(), { ...facts, height: 1_499 })).rejects.toMatchObject({
      code: "corrupt-image",
      message: "expected a HEIC of 2000 x 1499 pixels for the original but received 2000 x 1500",
    });
  });

  it("goes on with the next picture after one that it fails on", async () => {
    const broken = readHeic("plain");
    broken.fill(0xff, broken.indexOf("mdat") + 4);
    const small = await inspect(readHeic("plain"));
    await expect(decodeHeic(broken, small)).rejects.toMatchObject({ code: "corrupt-image" });
    const { tiff } = await decodeHeic(readHeic("plain"), small);
    expect(tiff.length).toBeGreaterThan(128 * 96 * 3);
  });
});
