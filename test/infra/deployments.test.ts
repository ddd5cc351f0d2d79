import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { importStores, readDeployments } from "../../infra/deployments.js";
import { synthesize } from "../support/infra/synthesize.js";
import { readText } from "../support/repository.js";

let folder: string;
const getPath = () => join(folder, "deployments.json");
const read = (value: unknown) => {
  writeFileSync(getPath(), JSON.stringify(value));
  return Object.fromEntries(readDeployments(getPath()));
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "safelight-deployments-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the file of deployments", () => {
  it("in the repository has one for development, which deletes its data, and one for production, which retains it", () => {
    const deployments = readDeployments("infra/deployments.json");
    expect([...deployments.keys()]).toEqual(["development", "production"]);
    expect(deployments.get("development")?.props.retention).toBe("development");
    expect(deployments.get("production")?.props.retention).toBe("production");
  });

  it("may set the account, the region and the name of a stack, and properties of its pipeline", () => {
    const { eu } = read({
      eu: {
        stackName: "Pictures",
        account: "111122223333",
        region: "eu-central-1",
        configuration: "eu.json",
        trigger: "direct",
        tagging: true,
        dashboard: true,
        searchByName: true,
        authorization: "open",
        origins: ["https://app.example"],
        alarmEmails: ["oncall@example.com"],
        monthlyBudget: 50,
      },
    });
    expect(eu).toEqual({
      stackName: "Pictures",
      terminationProtection: true,
      env: { account: "111122223333", region: "eu-central-1" },
      stores: {},
      props: {
        configuration: join(folder, "eu.json"),
        trigger: "direct",
        tagging: true,
        dashboard: true,
        searchByName: true,
        api: { authorization: { type: "open" }, cors: { origins: ["https://app.example"] } },
        alarms: { emails: ["oncall@example.com"] },
        spending: { monthlyBudget: 50 },
      },
    });
  });

  it("may name buckets and a table that an earlier stack has left, so that the runbook can be followed", () => {
    const kept = { originals: "kept-in", renditions: "kept-out", table: "KeptTable" };
    const { eu } = read({ eu: kept });
    const { template } = synthesize((stack) => importStores(stack, eu?.stores ?? {}));
    template.resourceCountIs("AWS::S3::Bucket", 0);
    template.resourceCountIs("AWS::DynamoDB::Table", 0);
    const text = JSON.stringify(template.findResources("AWS::Lambda::Function"));
    for (const name of Object.values(kept)) expect(text).toContain(`"${name}"`);
  });

  it("names the stack that the workflow deploys", () => {
    read({ test: {}, eu: { stackName: "Pictures" } });
    const print = (name: string) =>
      execFileSync(process.execPath, ["scripts/print-stack-name.mjs", name, getPath()], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    expect([print("test"), print("eu")]).toEqual(["Safelight-test", "Pictures"]);
    expect(() => print("none")).toThrow();
    expect(readText(".github/workflows/deploy.yml")).toContain(
      'npx cdk deploy "$(node scripts/print-stack-name.mjs "$DEPLOYMENT")"',
    );
  });

  it("needs only a name", () => {
    expect(read({ test: {} })).toEqual({
      test: { stackName: "Safelight-test", terminationProtection: true, stores: {}, props: { api: {} } },
    });
  });

  it("protects what retains its data, but not while it is created: a creation that failed could not be repeated", () => {
    const listProtected = (options?: { protect: boolean }) =>
      [...readDeployments("infra/deployments.json", options)].flatMap(([name, { terminationProtection }]) =>
        terminationProtection ? [name] : [],
      );
    expect(listProtected()).toEqual(["production"]);
    expect(listProtected({ protect: false })).toEqual([]);
  });

  it.each([
    [
      "a setting that nobody knows",
      { a: { retension: "development" } },
      /expected one of stackName, .* for a but received "retension"/,
    ],
    [
      "a word that is none of a setting's",
      { a: { retention: "forever" } },
      "expected one of production, development for a.retention",
    ],
    ["text for a number", { a: { maxConcurrency: "5" } }, "expected a number for a.maxConcurrency"],
    ["text for a list", { a: { alarmEmails: "me" } }, "expected a list of strings for a.alarmEmails"],
    ["a name of every object", { a: { toString: "x" } }, 'received "toString"'],
    ["a list of stacks", [{}], "expected an object of stacks"],
    ["a stack that is no object", { a: 1 }, "expected an object of settings for a"],
  ])("is refused for %s", (_what, value, message) => {
    expect(() => read(value)).toThrow(message);
  });
});
