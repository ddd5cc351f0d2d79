import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ACCOUNT, createClientOptions, REGION } from "../../support/cloud/clients.js";
import { startStub } from "../../support/cloud/http-stub.js";
import { type Messaging, startMessaging } from "../../support/cloud/messaging.js";
import { buildCommand, Workplace } from "./run-command.js";

function createEvent(key: string) {
  const object = { key, sequencer: "0055AED6DCD90281E5", eTag: "d41d8cd98f00b204e9800998ecf8427e" };
  const s3 = { bucket: { name: "photos" }, object };
  return {
    Records: [{ eventVersion: "2.1", eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3 }],
  };
}

describe("safelight redrive", () => {
  const place = new Workplace();
  let messaging: Messaging;
  let stacks: Awaited<ReturnType<typeof startStub>>;
  let env: Readonly<Record<string, string>>;
  let queues: { readonly url: string; readonly deadUrl: string };

  const run = (...words: string[]) => place.start(["redrive", ...words], { env }).finished;

  beforeAll(async () => {
    buildCommand();
    messaging = await startMessaging();
    queues = messaging.createQueue("changes");
    const outputs = { ImagesQueueUrl1A2B3C4D: queues.url, ImagesDeadLetterQueueUrl5E6F7A8B: queues.deadUrl };
    const members = Object.entries(outputs).map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    stacks = await startStub(() => ({
      status: 200,
      contentType: "text/xml",
      body: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>images</StackName><CreationTime>2026-11-30T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    }));
    env = {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
      AWS_ENDPOINT_URL_SQS: messaging.endpoint,
      AWS_ENDPOINT_URL_CLOUDFORMATION: stacks.endpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    const failed = {
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: createEvent("b.jpg"),
      responsePayload: { errorType: "Unavailable", errorMessage: "the table is away" },
    };
    const sqs = new SQSClient(createClientOptions(messaging.endpoint));
    for (const body of [createEvent("a.jpg"), failed, { hello: 1 }])
      await sqs.send(new SendMessageCommand({ QueueUrl: queues.deadUrl, MessageBody: JSON.stringify(body) }));
  });
  afterAll(async () => {
    place.remove();
    await stacks.close();
    await messaging.close();
  });

  it("shows what was given up and why, of either trigger, and then sends it back", async () => {
    const sent = await run("--aws", "images", "--send");
    expect(sent.code).toBe(0);
    const lines = sent.stdout.split("\n");
    expect(lines[0]).toMatch(/^\d{4}-\S+Z {2}created a\.jpg$/);
    expect(lines[1]).toContain("the log of the function that processes says why");
    expect(lines[2]).toMatch(/ {2}created b\.jpg$/);
    expect(lines[3]).toBe("  Unavailable: the table is away");
    expect(lines[4]).toMatch(/ {2}no change that can be read$/);
    expect(lines[5]).toContain("expected a notification");
    expect(lines[6]).toBe("3 dead letters sent back");
    expect(messaging.bodiesIn("changes")).toHaveLength(3);
    expect(messaging.bodiesIn("changes-dead")).toEqual([]);
  });

  it("only shows them by default, and takes the queues' URLs in place of a stack", async () => {
    const sqs = new SQSClient(createClientOptions(messaging.endpoint));
    const MessageBody = JSON.stringify(createEvent("c.jpg"));
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.deadUrl, MessageBody }));
    const before = messaging.bodiesIn("changes").length;
    const { code, stdout, stderr } = await run("--from", queues.deadUrl, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ changes: [{ type: "created", key: "c.jpg" }] });
    // Before it the SDK complains of the emulator's URLs.
    expect(stderr).toMatch(/(?:^|\n)1 dead letter; send them back with --send\n$/);
    expect(messaging.bodiesIn("changes")).toHaveLength(before);
  });

  it("says what AWS answered where the queue is not there", async () => {
    const { code, stderr } = await run("--from", `${queues.deadUrl}-gone`);
    expect(stderr).toContain("QueueDoesNotExist to ReceiveMessage; check the names and the region");
    expect(code).toBe(3);
  });

  it.each([
    [[], "expected --aws <stack> or --from <url> for redrive but received neither"],
    [
      ["--aws", "images", "--from", "x"],
      "expected either --aws or the queues' URLs for redrive but received both",
    ],
    [["--from", "images-dead"], 'expected the URL of a queue for --from but received "images-dead"'],
    [
      ["--from", "x", "--send"],
      "expected --to <url> (required by --send beside --from) for redrive but received none",
    ],
  ])("refuses queues that are not named well: %j", async (words, sentence) => {
    const { code, stderr } = await run(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
