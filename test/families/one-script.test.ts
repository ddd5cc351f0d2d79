import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, it as always, beforeEach, describe, expect } from "@jest/globals";
import { ACCOUNT, REGION } from "../support/cloud/clients.js";
import { startCloud } from "../support/cloud/cloud.js";
import { startS3 } from "../support/cloud/s3/server.js";
import { findFileName } from "../support/documents.js";
import { parseFences } from "../support/markdown.js";
import { describeOnPostgres, toConnectionString } from "../support/postgres/index.js";
import { ROOT, readText } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(4);

const run = promisify(execFile);
const EXAMPLE = join(ROOT, "examples", "one-script");
const SCRIPT = readFileSync(join(EXAMPLE, "script.js"), "utf8");
const SAID = "uploaded, listed, fetched, overwritten, edited, removed: nothing is left\n";

/** In memory where the system has such a place. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

const CREDENTIALS = {
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(PLACE, "safelight-script-"));
  for (const name of readdirSync(EXAMPLE).filter((file) => file.endsWith(".js")))
    cpSync(join(EXAMPLE, name), join(folder, name));
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(ROOT, join(folder, "node_modules", "safelight"), "junction");
  symlinkSync(join(ROOT, "node_modules", "sharp"), join(folder, "node_modules", "sharp"), "junction");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the script with its one import changed; resolves to what it prints. What it complains of is not looked at unless it
 * fails: the SDK warns of the host in the emulator's queue URL.
 */
async function runScript(
  family: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  writeFileSync(join(folder, "script.js"), SCRIPT.replace('"./memory.js"', `"./${family}.js"`));
  const env = { PATH: process.env.PATH, HOME: folder, ...environment };
  return (await run(process.execPath, ["script.js"], { cwd: folder, env })).stdout;
}

describe("one script, after npm run build,", () => {
  it("leaves nothing in memory", async () => {
    expect(await runScript("memory")).toBe(SAID);
  });

  it("leaves nothing in a directory of this machine", async () => {
    expect(await runScript("local")).toBe(SAID);
  });

  it("leaves nothing on AWS", async () => {
    const cloud = await startCloud({ scans: true });
    const { s3, dynamodb, sqs, sns } = cloud.endpoints;
    const said = await runScript("aws", {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL_S3: s3,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_SQS: sqs,
      AWS_ENDPOINT_URL_SNS: sns,
      SAFELIGHT_QUEUE_URL: cloud.options.queueUrl,
      SAFELIGHT_TOPIC_ARN: String(cloud.options.topicArn),
    }).finally(() => cloud.close());
    expect(said).toBe(SAID);
  });

  describeOnPostgres("on PostgreSQL and a store that speaks S3,", (getSchema) => {
    it("leaves nothing there", async () => {
      const { server, name } = getSchema();
      const store = await startS3({ accounts: [ACCOUNT] });
      for (const bucket of ["originals", "renditions"]) store.createBucket(bucket);
      const said = await runScript("s3-postgres", {
        ...CREDENTIALS,
        SAFELIGHT_S3_ENDPOINT: store.endpoint,
        SAFELIGHT_DATABASE_URL: toConnectionString(server),
        SAFELIGHT_DATABASE_SCHEMA: name,
      }).finally(() => store.close());
      expect(said).toBe(SAID);
    });
  });

  always("has one import that says which family, and no branch", () => {
    const code = SCRIPT.replaceAll(/^ *(?:\/\/|\/?\*).*$/gm, "");
    expect(code.match(/from "\.\/.*"/g)).toEqual(['from "./memory.js"']);
    expect(code).not.toMatch(/\b(?:if|switch|case)\b|\? |&& |\|\| /);
  });

  always("is what docs/four-families.md shows, with its families", () => {
    const files = parseFences(readText("docs/four-families.md")).flatMap(({ code }) => {
      const name = findFileName(code);
      return name === undefined ? [] : [{ name, code: code.slice(code.indexOf("\n") + 1) }];
    });
    expect(files.map(({ name }) => name).sort()).toEqual(
      readdirSync(EXAMPLE)
        .filter((name) => name.endsWith(".js"))
        .sort(),
    );
    for (const { name, code } of files) expect(code).toBe(readFileSync(join(EXAMPLE, name), "utf8"));
  });
});
