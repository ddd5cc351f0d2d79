import { describe, expect, it } from "@jest/globals";
import { CASES } from "../support/infra/cases.js";
import { type Statement, toList } from "../support/infra/policy.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

/** Roles that CDK brings for itself, which run in deployments only, and what they need a star for. */
const CDK_ROLES: Readonly<Record<string, string>> = {
  BucketNotificationsHandler: "notifications of a bucket that was brought along (case brought)",
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
const EMPTY_BY_MEANING: readonly RegExp[] = [];

/** The paths of all empty lists and objects below a value. */
function emptyIn(value: unknown, path: string): string[] {
  if (value === null || typeof value !== "object") return [];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([name, one]) => emptyIn(one, `${path}.${name}`));
}

describe.each(Object.entries(CASES))("the template of %s", (_name, props) => {
  const template = new DeployedTemplate(synthesize(props));

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
        template.listResources(type).flatMap(({ id, properties }) => emptyIn(properties, `${type} ${id}`)),
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
    const failures = template.listResources("AWS::Lambda::EventInvokeConfig");
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
      expect(properties.Principal).toMatch(/^(?:s3|apigateway)\.amazonaws\.com$/);
      expect(String(properties.SourceArn)).toMatch(
        /^arn:aws:(?:s3:::images|execute-api:.+|)|their-originals/,
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
});
