import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import sharp from "sharp";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { type Bundles, bundleFunctions, deployFunction } from "../../support/lambda/deploy.js";
import { createSqsEvent, feed, redrive, takeAll } from "../../support/lambda/event-source.js";
import { type FaultGate, startFaultGate } from "../../support/lambda/fault-gate.js";
import { getPreloadPath, type RunningFunction } from "../../support/lambda/function.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

const it = takeSampleOfTests(4);

let cloud: Cloud;
let gate: FaultGate;
let bundles: Bundles;
let lambda: RunningFunction;
let photo: Buffer;

beforeAll(async () => {
  [cloud, bundles, photo] = await Promise.all([
    startCloud(),
    bundleFunctions(["process"]),
    sharp({ create: { width: 320, height: 240, channels: 3, background: "olive" } })
      .jpeg()
      .toBuffer(),
  ]);
  gate = await startFaultGate(cloud.endpoints.s3);
  lambda = await deployFunction(
    "process",
    { cloud, bundles },
    {
      environment: { AWS_ENDPOINT_URL_S3: gate.endpoint },
      preload: [getPreloadPath("faulty-decoder.cjs")],
    },
  );
});

afterAll(async () => {
  await lambda.close();
  await Promise.all([gate.close(), cloud.close(), bundles.close()]);
});

beforeEach(() => gate.open());

afterEach(async () => {
  await takeAll(cloud.clients.sqs, cloud.deadUrl);
});

const settle = (batch = 10) =>
  feed(lambda, { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl, batch });
const record = (key: string) => cloud.adapters.records.get(deriveImageId(key));

function upload(key: string, Body: Uint8Array): Promise<unknown> {
  return cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key: key, Body }));
}

/** As S3 writes it, without waiting for S3. */
function toCreatedEvent(key: string, { eTag = "0", bucket = "originals" } = {}) {
  return {
    Records: [
      {
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        s3: { bucket: { name: bucket }, object: { key, eTag, sequencer: "0055AED6DCD90281E5" } },
      },
    ],
  };
}

describe("a transient error", () => {
  it("ends in the dead-letter queue after five attempts, delays no other image, and is repaired by a redrive", async () => {
    gate.refuse(({ method, path }) => method === "GET" && path.includes("/originals/unlucky.jpg"));
    await upload("unlucky.jpg", photo);
    await upload("lucky.jpg", photo);
    expect(await settle()).toMatchObject({ returned: 5 });
    expect(await record("lucky.jpg")).toMatchObject({ status: "ready" });
    expect(await record("unlucky.jpg")).toBeUndefined();
    expect(cloud.waiting()).toEqual([]);
    expect(cloud.dead()).toHaveLength(1);
    const warnings = lambda.logs().filter(({ message }) => message === "change not settled");
    expect(warnings.map(({ fields }) => fields?.attempt)).toEqual([1, 2, 3, 4, 5]);

    gate.open();
    await redrive(cloud.clients.sqs, { from: cloud.deadUrl, to: cloud.options.queueUrl });
    expect(await settle()).toEqual({ invocations: 1, returned: 0 });
    expect(await record("unlucky.jpg")).toMatchObject({ status: "ready" });
    expect(cloud.dead()).toEqual([]);
  });

  it("of a direct event fails the whole invocation, and the next attempt settles the rest", async () => {
    await upload("direct-1.jpg", photo);
    await upload("direct-2.jpg", photo);
    const notifications = await takeAll(cloud.clients.sqs, cloud.options.queueUrl);
    const event = { Records: notifications.flatMap((body) => JSON.parse(body).Records) };
    gate.refuse(({ method, path }) => method === "PUT" && path.includes(deriveImageId("direct-1.jpg")));
    await expect(lambda.invoke(event)).rejects.toThrow("some changes in the event were not settled");
    expect(await record("direct-1.jpg")).toBeUndefined();
    expect(await record("direct-2.jpg")).toMatchObject({ status: "ready" });
    gate.open();
    expect(await lambda.invoke(event)).toBeNull();
    expect(await record("direct-1.jpg")).toMatchObject({ status: "ready" });
  });
});

describe("a service that never answers", () => {
  it("is abandoned before Lambda ends the process, so that only its own message fails", async () => {
    const hurried = await deployFunction(
      "process",
      { cloud, bundles },
      {
        environment: { AWS_ENDPOINT_URL_S3: gate.endpoint },
        seconds: 6,
      },
    );
    // What a cold start takes on a busy machine is no part of the promise.
    await upload("first.jpg", photo);
    const first = await takeAll(cloud.clients.sqs, cloud.options.queueUrl);
    await hurried.invoke(createSqsEvent(first.map((Body) => ({ Body, MessageId: "first" }))));
    gate.keep(({ path }) => path.includes("/originals/kept.jpg"));
    await upload("prompt.jpg", photo);
    await upload("kept.jpg", photo);
    const messages = (await takeAll(cloud.clients.sqs, cloud.options.queueUrl)).map((Body) => ({
      Body,
      MessageId: Body.includes("kept.jpg") ? "kept" : "prompt",
    }));
    try {
      expect(await hurried.invoke(createSqsEvent(messages))).toEqual({
        batchItemFailures: [{ itemIdentifier: "kept" }],
      });
      expect(hurried.logs().at(-1)?.fields?.error).toContain("TimeoutError");
      expect(await record("prompt.jpg")).toMatchObject({ status: "ready" });
    } finally {
      await hurried.close();
    }
  });
});

describe("an unreadable message", () => {
  it("ends in the dead-letter queue, after its readable records are settled", async () => {
    await upload("beside.jpg", photo);
    const [notification = ""] = await takeAll(cloud.clients.sqs, cloud.options.queueUrl);
    const mixed = { Records: [{ eventSource: "aws:s3" }, ...JSON.parse(notification).Records, 7] };
    const QueueUrl = cloud.options.queueUrl;
    for (const MessageBody of ["not JSON", JSON.stringify(mixed), JSON.stringify({ Event: "s3:TestEvent" })])
      await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    expect(await settle()).toMatchObject({ returned: 10 });
    expect(await record("beside.jpg")).toMatchObject({ status: "ready" });
    expect([...cloud.dead()].sort()).toEqual([JSON.stringify(mixed), "not JSON"].sort());
    expect(lambda.metric("Unreadable").length).toBeGreaterThan(0);
  });

  it("in a direct event fails the invocation after the rest is settled", async () => {
    await upload("direct-beside.jpg", photo);
    const [notification = ""] = await takeAll(cloud.clients.sqs, cloud.options.queueUrl);
    const loop = toCreatedEvent("x", { bucket: "renditions" });
    const event = { Records: [...loop.Records, ...JSON.parse(notification).Records] };
    await expect(lambda.invoke(event)).rejects.toThrow("the log names them");
    expect(await record("direct-beside.jpg")).toMatchObject({ status: "ready" });
    expect(lambda.logs().at(-2)).toMatchObject({
      level: "ERROR",
      fields: { reason: expect.stringContaining("which would be a loop") },
    });
  });

  it("forges no line of the log", async () => {
    const key = "line\u2028break \u202egpj.exe\n{}.jpg";
    await upload(key, photo);
    await settle();
    const lines = lambda.output().filter((line) => line.includes(deriveImageId(key)));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
    expect(lambda.logs().find(({ fields }) => fields?.imageId === deriveImageId(key))?.fields?.key).toBe(
      String.raw`line\u2028break \u202egpj.exe\u000a{}.jpg`,
    );
  });
});

describe("a picture on which libvips fails without a reason", () => {
  const createPoison = () => Buffer.concat([photo, Buffer.from("FAILS-WHILE-DECODING")]);

  it("is rejected on the final attempt, and not left pending in the dead-letter queue", async () => {
    await upload("poison.jpg", createPoison());
    expect(await settle(1)).toEqual({ invocations: 5, returned: 4 });
    expect(await record("poison.jpg")).toMatchObject({
      status: "rejected",
      failure: { code: "unsupported-format", message: expect.stringContaining("image: bad dimensions") },
    });
    expect(cloud.dead()).toEqual([]);
    expect((await cloud.adapters.renditions.list(`${deriveImageId("poison.jpg")}/`)).items).toEqual([]);
  });
});

describe("a picture that kills its process", () => {
  const createDeadly = () => Buffer.concat([photo, Buffer.from("DIES-WHILE-DECODING")]);

  it("is rejected on the final attempt, without being decoded again", async () => {
    await upload("before.jpg", photo);
    await settle(1);
    const before = lambda.starts();
    await upload("deadly.jpg", createDeadly());
    expect(await settle(1)).toEqual({ invocations: 5, returned: 4 });
    expect(lambda.starts() - before).toBe(4);
    expect(await record("deadly.jpg")).toMatchObject({
      status: "rejected",
      failure: { code: "decoder-crashed" },
    });
    expect(cloud.dead()).toEqual([]);
    expect((await cloud.adapters.renditions.list(`${deriveImageId("deadly.jpg")}/`)).items).toEqual([]);
  });

  it("is decoded again on request, without force, and ready if it does no harm any longer", async () => {
    await upload("asked.jpg", createDeadly());
    await settle(1);
    expect(await record("asked.jpg")).toMatchObject({ failure: { code: "decoder-crashed" } });
    const repaired = await deployFunction("process", { cloud, bundles });
    try {
      const pipeline = definePipeline({ ...cloud.adapters, engine: sharpEngine() });
      await pipeline.requestProcessing("asked.jpg");
      const { queueUrl } = cloud.options;
      const fed = await feed(repaired, { sqs: cloud.clients.sqs, queueUrl, batch: 1 });
      expect(fed).toEqual({ invocations: 1, returned: 0 });
      expect(await record("asked.jpg")).toMatchObject({ status: "ready" });
    } finally {
      await repaired.close();
    }
  });

  it("is not rejected if every picture does: its change ends in the dead-letter queue, and is repaired by a redrive", async () => {
    const broken = await deployFunction(
      "process",
      { cloud, bundles },
      {
        environment: { AWS_ENDPOINT_URL_S3: gate.endpoint, ALL_PIXELS_DIE: "" },
        preload: [getPreloadPath("faulty-decoder.cjs")],
      },
    );
    try {
      await upload("innocent.jpg", photo);
      const { sqs } = cloud.clients;
      const { queueUrl } = cloud.options;
      expect(await feed(broken, { sqs, queueUrl, batch: 1 })).toMatchObject({ returned: 5 });
      expect(await record("innocent.jpg")).toBeUndefined();
      expect((await cloud.adapters.renditions.list(`${deriveImageId("innocent.jpg")}/`)).items).toEqual([]);
      expect(cloud.dead()).toHaveLength(1);
      await redrive(sqs, { from: cloud.deadUrl, to: queueUrl });
      expect(await settle(1)).toEqual({ invocations: 1, returned: 0 });
      expect(await record("innocent.jpg")).toMatchObject({ status: "ready" });
    } finally {
      await broken.close();
    }
  });

  it("in a direct event is retried by Lambda; its report to the queue counts these attempts", async () => {
    await upload("deadly-direct.jpg", createDeadly());
    const [notification = ""] = await takeAll(cloud.clients.sqs, cloud.options.queueUrl);
    const event = JSON.parse(notification);
    for (let tries = 1; tries <= 3; tries += 1)
      await expect(lambda.invoke(event)).rejects.toThrow("the process ended with SIGKILL");
    const note = {
      version: "1.0",
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: event,
      responseContext: { statusCode: 200, functionError: "Unhandled" },
    };
    const MessageBody = JSON.stringify(note);
    await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: cloud.options.queueUrl, MessageBody }));
    expect(await settle(1)).toEqual({ invocations: 5, returned: 4 });
    expect(await record("deadly-direct.jpg")).toMatchObject({ failure: { code: "decoder-crashed" } });
  });
});
