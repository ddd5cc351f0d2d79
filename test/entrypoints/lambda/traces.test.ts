import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { drawTestImage } from "../../support/images.js";
import { createSqsEvent } from "../../support/lambda/event-source.js";
import { type SetUps, startSetUps } from "../../support/lambda/set-ups.js";
import { startTraceDaemon, type TracePart } from "../../support/lambda/trace-daemon.js";

/** Images that a function is asked to process, one after the other. The first request is not sampled, the last has no image. */
const TRACES = ["0", "1", "2", "3"].map((digit) => ({
  key: `traced-${digit}.jpg`,
  traceId: `1-5759e988-${digit.repeat(24)}`,
  parentId: digit.repeat(16),
  sampled: digit !== "0",
  uploaded: digit !== "3",
}));

describe("X-Ray", () => {
  let setUps: SetUps;
  let parts: readonly TracePart[];

  beforeAll(async () => {
    setUps = await startSetUps();
    const daemon = await startTraceDaemon();
    const Body = await drawTestImage({ width: 32, height: 24 });
    const environment = { AWS_XRAY_DAEMON_ADDRESS: daemon.address };
    await setUps.runWithFunction(environment, async (lambda) => {
      for (const { key, traceId, parentId, sampled, uploaded } of TRACES) {
        if (uploaded)
          await setUps.cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key: key, Body }));
        const version = { epoch: 0, sequencer: "", revision: 1 };
        const request = { type: "process", key, version };
        const event = createSqsEvent([{ MessageId: key, Body: JSON.stringify({ request }) }]);
        const header = `Root=${traceId};Parent=${parentId};Sampled=${sampled ? 1 : 0}`;
        await lambda.invoke(event, { traceId: header });
      }
      parts = await daemon.awaitParts("settle", 3);
    });
    daemon.close();
  });

  afterAll(() => setUps.close());

  it("has a trace of its own for each sampled request of a process, and nothing of any other", () => {
    const settled = parts.filter(({ name }) => name === "settle");
    expect(settled).toMatchObject(
      TRACES.filter(({ sampled }) => sampled).map(({ key, traceId, parentId }) => ({
        trace_id: traceId,
        parent_id: parentId,
        annotations: { imageId: deriveImageId(key), type: "process", Service: "safelight" },
      })),
    );
    expect(new Set(parts.map((part) => part.trace_id)).size).toBe(3);
  });

  it("is told which calls of which services a change took, and within which change", () => {
    for (const { traceId } of TRACES.filter(({ sampled, uploaded }) => sampled && uploaded)) {
      const [settled] = parts.filter((part) => part.name === "settle" && part.trace_id === traceId);
      const calls = parts.filter((part) => part.namespace === "aws" && part.trace_id === traceId);
      for (const call of calls) expect(call.parent_id).toBe(settled?.id);
      const names = calls.map(({ name, aws }) => `${name} ${aws?.operation}`);
      for (const name of ["DynamoDB GetItem", "S3 GetObject", "S3 PutObject", "SNS Publish"])
        expect(names).toContain(name);
    }
  });

  it("shows a file that is not there as the refusal of a call, and no fault", () => {
    const [missing] = parts.filter(({ error }) => error);
    expect(missing).toMatchObject({
      name: "S3",
      trace_id: TRACES[3]?.traceId,
      aws: { region: "eu-central-1" },
    });
    expect(parts.filter(({ fault }) => fault)).toEqual([]);
  });
});
