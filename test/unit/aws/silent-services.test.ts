import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { createClients } from "../../../src/adapters/aws/clients.js";
import { type AwsAdapters, type AwsClients, aws } from "../../../src/adapters/aws/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";

/** The environment that the SDK reads. */
const ENVIRONMENT = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "key",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** The SDK's own error, after as many tries as it takes by itself. */
const TIMED_OUT = { name: "TimeoutError", $metadata: { attempts: expect.any(Number) } };

const TOPIC = "arn:aws:sns:eu-central-1:1:events";

let server: Server;
let clients: AwsClients;
let adapters: AwsAdapters;
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request) => {
    request.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL: endpoint });
  clients = createClients({ timeout: 40 });
  adapters = aws({
    clients,
    originals: "originals",
    renditions: "renditions",
    queueUrl: `${endpoint}/1/changes`,
    topicArn: TOPIC,
    baseUrl: "https://images.example",
  });
});

afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
});

describe("a service that takes requests and never answers", () => {
  it.each<[string, (adapters: AwsAdapters) => Promise<unknown>]>([
    ["S3", ({ originals }) => originals.head("cat.jpg")],
    ["DynamoDB", ({ records }) => records.get(deriveImageId("cat.jpg"))],
    ["SQS", ({ queue }) => queue.receive({ limit: 1 })],
  ])("is away after some tries: %s", async (_service, call) => {
    await expect(call(adapters)).rejects.toMatchObject({ code: "unavailable", cause: TIMED_OUT });
  });

  it("is away for events too: SNS", async () => {
    const { PublishCommand } = await import("@aws-sdk/client-sns");
    const event = new PublishCommand({ TopicArn: TOPIC, Message: "{}" });
    await expect(clients.sns.send(event)).rejects.toMatchObject(TIMED_OUT);
  });

  it("postpones tagging at once: what Rekognition refuses is asked for again later", async () => {
    const jpeg = await sharp({ create: { width: 80, height: 80, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer();
    await expect(adapters.tagger?.tag({ jpeg })).rejects.toMatchObject({
      code: "unavailable",
      cause: { name: "TimeoutError", $metadata: { attempts: 1 } },
    });
  });
});
