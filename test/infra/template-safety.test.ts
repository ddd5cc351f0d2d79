import { describe, expect, it } from "@jest/globals";
import { CASES } from "../support/infra/cases.js";
import { listGlobalNames, listOwnNames } from "../support/infra/global-names.js";
import { type Statement, toList } from "../support/infra/policy.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

/** Roles that CDK brings for itself, which run in deployments only, and what they need a star for. */
const CDK_ROLES: Readonly<Record<string, string>> = {
  BucketNotificationsHandler: "notifications of a bucket that was brought along (case brought)",
  CustomCDKBucketDeployment: "putting the files of the page into their bucket (dashboard)",
  CustomS3AutoDeleteObjects: "emptying buckets before they go (retention: development)",
};

/** Actions without resources: AWS offers no other than a star. */
const UNBOUNDED = [
  "rekognition:DetectLabels",
  "rekognition:DetectModerationLabels",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** Where an empty list or object means something. */
const EMPTY_BY_MEANING: readonly RegExp[] = [
  /\.EventBridgeConfiguration$/,
  // CDK's own: a source of files without names to fill in.
  /\.SourceMarkers(?:Config)?\.\d+$/,
];

/** The paths of all empty lists and objects below a value. */
function findEmpty(value: unknown, path: string): string[] {
  if (value === null || typeof value !== "object") return [];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([name, one]) => findEmpty(one, `${path}.${name}`));
}

describe.each(Object.entries(CASES))("the template of %s", (_name, props) => {
  const synthesized = synthesize(props);
  const template = new DeployedTemplate(synthesized);
  const resources = template.listTypes().flatMap((type) => template.listResources(type));

  it("has no public bucket", () => {
    for (const { properties } of template.listResources("AWS::S3::Bucket")) {
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(properties).not.toHaveProperty("AccessControl");
      expect(properties).not.toHaveProperty("WebsiteConfiguration");
      expect(properties).toHaveProperty("BucketEncryption");
    }
  });

  it("has no empty list or object, which some services refuse", () => {
    const empty = template
      .listTypes()
      .flatMap((type) =>
        template.listResources(type).flatMap(({ id, properties }) => findEmpty(properties, `${type} ${id}`)),
      );
    expect(empty.filter((path) => !EMPTY_BY_MEANING.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it("sends events that the function gave up on to the dead-letter queue, only where S3 calls it directly", () => {
    const calledByS3 = template
      .listResources("AWS::Lambda::Permission")
      .some(({ properties }) => properties.Principal === "s3.amazonaws.com");
    const isBrought = JSON.stringify(template.listResources("Custom::S3BucketNotifications")).includes(
      "Lambda",
    );
    const failures = template
      .listResources("AWS::Lambda::EventInvokeConfig")
      .filter(({ properties }) => !String(properties.FunctionName).startsWith("ImagesReconcile"));
    expect(failures).toHaveLength(calledByS3 || isBrought ? 1 : 0);
    for (const { properties } of failures)
      expect(JSON.stringify(properties.DestinationConfig)).toMatch(/DeadLetter/i);
  });

  it("has no role with a star for an action, and stars for resources only where AWS offers no other", () => {
    const roles = template.listResources("AWS::IAM::Role").map(({ id, properties }) => ({
      id,
      statements: toList(properties.Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
    }));
    const policies = template.listResources("AWS::IAM::Policy").map(({ id, properties }) => ({
      id,
      statements: (properties.PolicyDocument as { Statement: Statement[] }).Statement,
    }));
    for (const { id, statements } of [...roles, ...policies]) {
      if (Object.keys(CDK_ROLES).some((name) => id.startsWith(name))) continue;
      for (const { Action, Resource } of statements) {
        expect([id, toList(Action).filter((one) => one.includes("*"))]).toEqual([id, []]);
        if (toList(Resource).includes("*"))
          expect(UNBOUNDED).toEqual(expect.arrayContaining([...toList(Action)]));
      }
    }
  });

  it("lets no service call a function for somebody else's resources", () => {
    for (const { properties } of template.listResources("AWS::Lambda::Permission")) {
      expect(properties.Principal).toMatch(/^(?:s3|apigateway|events)\.amazonaws\.com$/);
      expect(String(properties.SourceArn)).toMatch(
        /^arn:aws:(?:s3:::images|execute-api:.+|)|their-originals|^ImagesReconcileSchedule\w+\.Arn$/,
      );
      expect(properties.SourceArn).toBeDefined();
    }
  });

  it("holds no secret in a variable of a function", () => {
    for (const { properties } of template.listResources("AWS::Lambda::Function")) {
      const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
      for (const value of Object.values(Variables)) expect(String(value)).not.toMatch(/PRIVATE KEY|resolve:/);
    }
  });

  it("keeps no log forever", () => {
    for (const { properties } of template.listResources("AWS::Logs::LogGroup"))
      expect(properties.RetentionInDays).toBeGreaterThan(0);
  });

  it("can be deployed again after a creation that failed: nothing stays of it with a name that is needed", () => {
    const staying = resources.filter(({ deletionPolicy }) => deletionPolicy === "Retain");
    expect(staying.flatMap(({ id, properties }) => listOwnNames(id, properties))).toEqual([]);
  });

  it("is rolled back whole after a creation that failed: nothing is to be deleted that is protected", () => {
    const deleted = resources.filter(({ deletionPolicy }) => deletionPolicy !== "Retain");
    expect(deleted.filter(({ properties }) => properties.DeletionProtectionEnabled === true)).toEqual([]);
  });

  it("can be deployed in two regions of one account", () => {
    const [here, there] = ["eu-central-1", "ap-northeast-1"].map((region) =>
      listGlobalNames(new DeployedTemplate(synthesized, new Map(), region)),
    );
    const taken = new Set(here?.map(([, name]) => name));
    expect(there?.filter(([, name]) => taken.has(name))).toEqual([]);
    for (const [path, name] of there ?? []) expect([path, name.length <= 64]).toEqual([path, true]);
  });
});

it("five kinds of names at CloudFront, and that of the bucket, are of a region", () => {
  const names = listGlobalNames(new DeployedTemplate(synthesize(CASES.customized)));
  const kinds = names.map(([path]) => path.replace(/^AWS::(\w+)::(\w+) \w+/, "$1 $2"));
  expect([...new Set(kinds)].sort()).toEqual([
    "CloudFront CachePolicy.CachePolicyConfig.Name",
    "CloudFront KeyGroup.KeyGroupConfig.Name",
    "CloudFront OriginAccessControl.OriginAccessControlConfig.Name",
    "CloudFront PublicKey.PublicKeyConfig.CallerReference",
    "CloudFront PublicKey.PublicKeyConfig.Name",
    "CloudFront ResponseHeadersPolicy.ResponseHeadersPolicyConfig.Name",
    "S3 Bucket.BucketName",
  ]);
});
