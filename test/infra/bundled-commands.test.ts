import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  type Excused,
  findUnplayedCommands,
  listBundledCommands,
  type Metafile,
} from "../support/infra/bundled-commands.js";
import { ROOT } from "../support/repository.js";

type Bundle = (
  entry: string,
  folder: string,
  options?: { readonly hardlyUsed?: readonly string[] },
) => Promise<readonly Metafile[]>;

const EXCUSED: readonly Excused[] = [
  { name: "write", commands: ["client-s3 CreateSessionCommand"], because: "the SDK's own" },
];

/** A function that sends one command of what it loads at its start, and one of what it loads when it needs it. */
const PLANTED = `
  import { CopyObjectCommand, S3Client } from "@aws-sdk/client-s3";
  export async function handler() {
    await new S3Client({}).send(new CopyObjectCommand({ Bucket: "a", Key: "b", CopySource: "c" }));
    const { PublishBatchCommand, SNSClient } = await import("@aws-sdk/client-sns");
    await new SNSClient({}).send(new PublishBatchCommand({ TopicArn: "a", PublishBatchRequestEntries: [] }));
  }`;

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
  it("is named, whether it is loaded at the start or late", async () => {
    const bundled = { write: await bundle(PLANTED) };
    expect(findUnplayedCommands({ bundled, sent: {} }, EXCUSED)).toEqual([
      "write has client-s3 CopyObjectCommand, and no scenario sends it",
      "write has client-sns PublishBatchCommand, and no scenario sends it",
    ]);
    const sent = { write: new Set(["client-s3 CopyObjectCommand", "client-sns PublishBatchCommand"]) };
    expect(findUnplayedCommands({ bundled, sent }, EXCUSED)).toEqual([]);
  });

  it("is named if its package is loaded by the first use", async () => {
    const bundled = { write: await bundle(PLANTED, ["@aws-sdk/client-s3"]) };
    expect(findUnplayedCommands({ bundled, sent: {} }, EXCUSED).join()).toContain("CopyObjectCommand");
  });

  it("is named with all others of its package where it cannot be told which are used", async () => {
    const all = await bundle(
      'export const handler = async () => (await import("@aws-sdk/client-sqs"))["a"];',
    );
    expect(all.size).toBeGreaterThan(20);
  });

  it("is not looked for in files that the deployed function does not have", async () => {
    const late = 'export const handler = async () => (await import("@aws-sdk/client-rekognition"))["a"];';
    expect(await bundle(late)).toEqual(new Set());
  });
});

describe("an excuse", () => {
  it("is named if its command is sent, or is in no bundle", async () => {
    const bundled = { write: new Set(["client-s3 CreateSessionCommand"]) };
    const sent = { write: new Set(["client-s3 CreateSessionCommand"]) };
    expect(findUnplayedCommands({ bundled, sent }, EXCUSED)).toEqual([
      "write is excused for client-s3 CreateSessionCommand but sends it",
    ]);
    expect(findUnplayedCommands({ bundled: { write: new Set() }, sent: {} }, EXCUSED)).toEqual([
      "write is excused for client-s3 CreateSessionCommand but does not have it",
    ]);
  });
});

it("a command that is sent and in no bundle is named: the bundle is not read as it was meant", () => {
  const sent = { write: new Set(["client-s3 PutObjectCommand"]) };
  expect(findUnplayedCommands({ bundled: { write: new Set() }, sent }, [])).toEqual([
    "write sends client-s3 PutObjectCommand, which is not in its bundle",
  ]);
});
