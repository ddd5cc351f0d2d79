import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { loadDeployedConfiguration } from "../../infra/configuration.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import type { Pipeline } from "../../src/domain/pipeline.js";
import { type Cloud, startCloud } from "../support/cloud/cloud.js";
import { createUnderOwnKeys } from "../support/infra/brought-under-keys.js";
import { CASES } from "../support/infra/cases.js";
import {
  changeRecord,
  createSettler,
  DAMAGE,
  damageDeployment,
  KEYS,
  putUntold,
} from "../support/infra/damaged-deployment.js";
import { type GatedFunction, startGatedFunction } from "../support/infra/gated-function.js";
import { addKeyUse } from "../support/infra/key-use.js";
import { nameResources } from "../support/infra/local-deployment.js";
import { createMutants, findPrivilegeFaults, type Observed } from "../support/infra/privileges.js";
import { startSecretsManager } from "../support/infra/secrets-manager.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";
import { type Bundles, bundleFunctions } from "../support/lambda/deploy.js";
import { getPreloadPath, startFunction } from "../support/lambda/function.js";

/** Everything that its role can hold; images have owners and tags, so that they have rows of their own. */
const createProps = (publicKey: string) => (stack: Parameters<typeof CASES.customized>[0]) => {
  const { configuration, ...props } = CASES.customized(stack);
  const { signedUrls } = props.cdn || {};
  return {
    ...props,
    ...createUnderOwnKeys(stack),
    cdn: { ...props.cdn, ...(signedUrls && { signedUrls: { ...signedUrls, publicKey } }) },
    api: false as const,
    configuration: { ...Object(configuration), uploads: { owner: "key" } },
    reconcile: { schedule: "rate(1 day)", rate: 500 },
  };
};

let secrets: Awaited<ReturnType<typeof startSecretsManager>>;
let cloud: Cloud;
let bundles: Bundles;
let lambda: GatedFunction;
let pipeline: Pipeline;
let template: DeployedTemplate;
let deployed: Parameters<typeof addKeyUse>[0];
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  secrets = await startSecretsManager();
  let given: Parameters<typeof loadDeployedConfiguration> = [];
  const synthesized = synthesize((stack) => {
    const props = createProps(secrets.publicKey)(stack);
    given = [props.configuration, props.tagging];
    return props;
  });
  const { originals, functions } = synthesized.pipeline;
  const { BucketName } = new DeployedTemplate(synthesized).getConstructProperties(originals);
  [cloud, bundles] = await Promise.all([
    startCloud({ originals: String(BucketName), scans: true }),
    bundleFunctions(["reconcile"]),
  ]);
  template = new DeployedTemplate(synthesized, nameResources(cloud, synthesized.pipeline));
  deployed = { template, pipeline: synthesized.pipeline };
  const { files } = loadDeployedConfiguration(...given);
  for (const [file, content] of files) writeFileSync(join(bundles.getFolder("reconcile"), file), content);
  if (!functions.reconcile) throw new Error("the stack has no function that reconciles");
  const id = template.getId(functions.reconcile);
  const { s3, dynamodb, sqs, sns } = cloud.endpoints;
  lambda = await startGatedFunction(template, id, {
    folder: bundles.getFolder("reconcile"),
    endpoints: { S3: s3, DYNAMODB: dynamodb, SQS: sqs, SNS: sns, SECRETS_MANAGER: secrets.endpoint },
    preload: [getPreloadPath("later-clock.cjs")],
  });
  ({ Variables: environment } = template.getProperties(id).Environment as {
    Variables: Readonly<Record<string, string>>;
  });
  const [configuration = ""] = [...files.values()].map(String);
  pipeline = createSettler(cloud, configuration, String(environment.SAFELIGHT_ENGINE_VERSION));
  for (const key of KEYS) await putUntold(cloud, key);
  await Promise.all(KEYS.map((key) => pipeline.requestProcessing(key)));
  await pipeline.drainQueue();
}, 120_000);

afterAll(async () => {
  await lambda?.close();
  await Promise.all([cloud, bundles, secrets].map((one) => one?.close()));
});

const listFinished = () =>
  (cloud.events() as readonly { readonly type: string }[]).filter(({ type }) => type === "ReconcileFinished");

it("a run closes every kind of damage, and tells so by metrics, an event and its answer", async () => {
  await damageDeployment(cloud, pipeline);
  const report = await lambda.invoke({});
  expect(report).toMatchObject({
    state: "complete",
    startedBy: "schedule",
    images: 4,
    findings: DAMAGE,
    outcomes: { closed: 3, requested: 1 },
  });
  expect(lambda.metric("Differing")).toEqual([4]);
  expect(lambda.metric("Reconciled")).toEqual([4]);
  expect(lambda.metric("ReconcileFailed")).toEqual([]);
  expect(listFinished()).toEqual([
    expect.objectContaining({ type: "ReconcileFinished", id: expect.any(String), report }),
  ]);
});

it("a second run finds nothing once what was requested is settled", async () => {
  await pipeline.drainQueue();
  expect((await pipeline.get(deriveImageId("ben/new.png")))?.status).toBe("ready");
  // As whoever asks for it by the API has it invoked.
  const report = await lambda.invoke({ startedBy: "api" });
  expect(report).toMatchObject({ state: "complete", startedBy: "api", images: 0 });
});

it("two runs at once close what each of them finds, and what was asked for twice is settled once", async () => {
  await changeRecord(cloud, KEYS[2], ({ configuration }) => ({
    configuration: `${"x".repeat(22)}.${configuration.split(".")[1]}`,
  }));
  const before = await cloud.adapters.records.get(deriveImageId(KEYS[2]));
  const other = await startFunction({
    folder: bundles.getFolder("reconcile"),
    seconds: 60,
    environment: { ...environment, ...lambda.environment },
  });
  try {
    const both = await Promise.all([lambda.invoke({}), other.invoke({})]);
    for (const report of both) expect(report).toMatchObject({ outcomes: { requested: 1 } });
  } finally {
    await other.close();
  }
  await pipeline.drainQueue();
  const after = await cloud.adapters.records.get(deriveImageId(KEYS[2]));
  expect(after?.version.revision).toBe((before?.version.revision ?? 0) + 1);
  expect(await lambda.invoke({})).toMatchObject({ images: 0 });
});

it("what only another engine has rendered is counted, and left", async () => {
  const [key] = KEYS;
  await changeRecord(cloud, key, ({ configuration }) => ({
    configuration: `${configuration.split(".")[0]}.${"x".repeat(22)}`,
  }));
  const report = await lambda.invoke({});
  expect(report).toMatchObject({ findings: { "other-engine": 1 }, outcomes: { left: 1 } });
  expect(cloud.waiting()).toEqual([]);
});

it("a run whose time is up before everything is listed says so, as one that failed", async () => {
  const short = await startFunction({
    folder: bundles.getFolder("reconcile"),
    // Less than what is kept for the end: not a page can be listed.
    seconds: 9,
    environment: { ...environment, ...lambda.environment },
  });
  try {
    const before = listFinished().length;
    expect(await short.invoke({})).toMatchObject({ state: "interrupted", looked: 0 });
    expect(short.metric("ReconcileFailed")).toEqual([1]);
    expect(listFinished()).toHaveLength(before + 1);
  } finally {
    await short.close();
  }
});

it("its role allows each observed action on exactly its resource, and nothing else", () => {
  const because = "sent by Lambda's own agents, which do not run here";
  const actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
  const lists = {
    unseen: actions.map((action) => ({ role: "reconcile", action, because })),
    unbounded: [],
  };
  const observed: Observed = {
    roles: { reconcile: lambda.statements },
    needed: { reconcile: addKeyUse(deployed, lambda.needed()) },
  };
  expect(findPrivilegeFaults(observed, lists)).toEqual([]);
  const all = createMutants(observed);
  expect(all.length).toBeGreaterThan(30);
  const unnoticed = all.filter(
    ({ roles }) => findPrivilegeFaults({ ...observed, roles }, lists).length === 0,
  );
  expect(unnoticed.map(({ name }) => name)).toEqual([]);
});
