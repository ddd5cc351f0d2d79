import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import {
  type Excused,
  findUnplayedCommands,
  listBundledCommands,
  type Metafile,
} from "../support/infra/bundled-commands.js";
import { ROOT } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(2);

type Bundle = (
  entry: string,
  folder: string,
  options?: { readonly hardlyUsed?: readonly string[] },
) => Promise<readonly Metafile[]>;

const EXCUSED: readonly Excused[] = [
  { name: "write", commands: ["client-sqs ListQueuesCommand"], because: "it is an example" },
];

/** A function that sends a command of what it loads at its start, and others of what it loads when it needs it. */
const PLANTED = `
  import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
  export async function handler() {
    await new SQSClient({}).send(new PurgeQueueCommand({ QueueUrl: "a" }));
    const { PublishBatchCommand, SNSClient } = await import("@aws-sdk/client-sns");
    await new SNSClient({}).send(new PublishBatchCommand({ TopicArn: "a", PublishBatchRequestEntries: [] }));
    const { DetectTextCommand, RekognitionClient } = await import("@aws-sdk/client-rekognition");
    await new RekognitionClient({}).send(new DetectTextCommand({ Image: {} }));
  }`;

/** The same at the start, and something late of which nobody can tell what. */
const VAGUE = `
  import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
  export const handler = () => new SQSClient({}).send(new PurgeQueueCommand({ QueueUrl: "a" }));
  export const late = async (name: string) => (await import("@aws-sdk/client-sns"))[name];`;

let folder: string;
let bundleFunction: Bundle;

beforeAll(async () => {
  // Below the packages that it imports.
  mkdirSync(join(ROOT, "node_modules", ".cache"), { recursive: true });
  folder = mkdtempSync(join(ROOT, "node_modules", ".cache", "safelight-planted-"));
  const script = pathToFileURL(join(ROOT, "scripts", "bundle-function.mjs")).href;
  ({ bundleFunction } = (await import(script)) as { bundleFunction: Bundle });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundle(code: string, hardlyUsed: readonly string[] = []): Promise<ReadonlySet<string>> {
  const entry = join(folder, "planted.ts");
  writeFileSync(entry, code);
  const metafiles = await bundleFunction(entry, join(folder, "write"), { hardlyUsed });
  return listBundledCommands(metafiles, "write");
}

describe("a command in a bundle that no scenario sends", () => {
  it("is named, whether it is loaded at the start or late, unless the deployed function does not have the file", async () => {
    const bundled = { write: await bundle(PLANTED) };
    expect(findUnplayedCommands({ bundled, sent: {} }, [])).toEqual([
      "write has client-sqs PurgeQueueCommand, and no scenario sends it",
      "write has client-sns PublishBatchCommand, and no scenario sends it",
    ]);
    const sent = { write: new Set(["client-sqs PurgeQueueCommand", "client-sns PublishBatchCommand"]) };
    expect(findUnplayedCommands({ bundled, sent }, [])).toEqual([]);
  });

  it("is named if its package is loaded by the first use, and with all others if it cannot be told which are used", async () => {
    const all = await bundle(VAGUE, ["@aws-sdk/client-sqs"]);
    const ofQueues = [...all].filter((command) => command.startsWith("client-sqs"));
    expect(ofQueues).toEqual(["client-sqs PurgeQueueCommand"]);
    expect(all.size - ofQueues.length).toBeGreaterThan(40);
  });
});

describe("an excuse", () => {
  it("is named if its command is sent, or is in no bundle", () => {
    const bundled = { write: new Set(["client-sqs ListQueuesCommand"]) };
    const sent = { write: new Set(["client-sqs ListQueuesCommand"]) };
    expect(findUnplayedCommands({ bundled, sent }, EXCUSED)).toEqual([
      "write is excused for client-sqs ListQueuesCommand but sends it",
    ]);
    expect(findUnplayedCommands({ bundled: { write: new Set() }, sent: {} }, EXCUSED)).toEqual([
      "write is excused for client-sqs ListQueuesCommand but does not have it",
    ]);
  });
});

it("a command that is sent and in no bundle is named: the bundle is not read as it was meant", () => {
  const sent = { write: new Set(["client-s3 PutObjectCommand"]) };
  expect(findUnplayedCommands({ bundled: { write: new Set() }, sent }, [])).toEqual([
    "write sends client-s3 PutObjectCommand, which is not in its bundle",
  ]);
});
