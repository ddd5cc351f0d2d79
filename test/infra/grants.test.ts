import { describe, expect, it } from "@jest/globals";
import { Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { ImagePipeline } from "../../infra/image-pipeline.js";
import { createUnderOwnKeys } from "../support/infra/brought-under-keys.js";
import { CASES } from "../support/infra/cases.js";
import { isAllowed, type Statement, toList } from "../support/infra/policy.js";
import { readRoleStatements } from "../support/infra/role-statements.js";
import { type Props, synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/theirs";

/** The permissions that a grant adds: each action with its resource. */
function listGranted(
  grant: (pipeline: ImagePipeline, role: Role) => unknown,
  props: Props = {},
): readonly string[] {
  const use = (pipeline: ImagePipeline) => {
    const assumedBy = new ServicePrincipal("ec2.amazonaws.com");
    grant(pipeline, new Role(Stack.of(pipeline), "Somebody", { assumedBy }));
  };
  const deployed = new DeployedTemplate(synthesize(props, { use }));
  const policies = deployed.listResources("AWS::IAM::Policy").filter(({ id }) => id.startsWith("Somebody"));
  return policies
    .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Action, Resource }) =>
      toList(Action).flatMap((action) => toList(Resource).map((resource) => `${action} ${resource}`)),
    );
}

describe("a grant", () => {
  it("to upload allows to put originals, and nothing else", () => {
    expect(listGranted((pipeline, role) => pipeline.grantUpload(role))).toEqual([
      expect.stringMatching(/^s3:PutObject ImagesOriginals\w+\.Arn\/\*$/),
    ]);
  });

  it("to read allows to get renditions and to look at records, and nothing else", () => {
    const table = String.raw`ImagesImageMetadata\w+\.Arn`;
    expect(listGranted((pipeline, role) => pipeline.grantRead(role))).toEqual([
      expect.stringMatching(/^s3:GetObject ImagesRenditions\w+\.Arn\/\*$/),
      expect.stringMatching(`^dynamodb:GetItem ${table}$`),
      expect.stringMatching(`^dynamodb:BatchGetItem ${table}$`),
      expect.stringMatching(`^dynamodb:Query ${table}/index/listing$`),
      expect.stringMatching(`^dynamodb:Query ${table}/index/listingByStatus$`),
    ]);
  });

  it("includes the key that the bucket is under", () => {
    const upload = listGranted((pipeline, role) => pipeline.grantUpload(role), CASES.customized);
    expect(upload).toContainEqual(expect.stringMatching(/^kms:GenerateDataKey Key/));
    const read = listGranted((pipeline, role) => pipeline.grantRead(role), CASES.customized);
    expect(read).toContainEqual(expect.stringMatching(/^kms:Decrypt Key/));
  });

  it("to call the API allows the routes of one permission, or all", () => {
    const all = listGranted((pipeline, role) => pipeline.grantCall(role));
    expect(all.map((one) => one.replace(/^execute-api:Invoke .*\/\$default/, "")).sort()).toEqual([
      "/DELETE/images/*",
      "/DELETE/owners/*/images",
      "/GET/images",
      "/GET/images/*",
      "/GET/images/*/*",
      "/GET/status",
      "/PATCH/images/*",
      "/POST/images",
      "/POST/process",
      "/POST/uploads",
      "/POST/uploads/*/complete",
    ]);
    const reading = listGranted((pipeline, role) => pipeline.grantCall(role, "read"));
    expect(reading.every((one) => one.includes("/GET/"))).toBe(true);
    expect(reading).toHaveLength(4);
    const reconcile = { schedule: "rate(1 day)" };
    const more = listGranted((pipeline, role) => pipeline.grantCall(role, "write"), { reconcile });
    expect(more).toContainEqual(expect.stringMatching(/\/POST\/reconcile$/));
  });

  it("to read or to upload includes the keys of a table and of buckets that were brought", () => {
    const createStores = (stack: Stack) => ({
      ...createUnderOwnKeys(stack),
      originals: Bucket.fromBucketName(stack, "Theirs", "theirs"),
      importedKeys: { originals: Key.fromKeyArn(stack, "KeyOfOriginals", KEY_ARN) },
    });
    const read = listGranted((pipeline, role) => pipeline.grantRead(role), createStores);
    expect(read.filter((one) => one.startsWith("kms:"))).toEqual([
      expect.stringMatching(/^kms:Decrypt KeyOfRenditions/),
      expect.stringMatching(/^kms:Decrypt KeyOfTable/),
    ]);
    const upload = listGranted((pipeline, role) => pipeline.grantUpload(role), createStores);
    expect(upload).toEqual(["s3:PutObject arn:aws:s3:::theirs/*", `kms:GenerateDataKey ${KEY_ARN}`]);
  });

  it("to redrive allows to move dead letters by a task or one by one, and nothing else", () => {
    const all = listGranted((pipeline, role) => pipeline.grantRedrive(role), CASES.customized);
    const dead = String.raw`ImagesDeadLetters\w+\.Arn`;
    expect(all).toEqual([
      ...["StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"].map((name) =>
        expect.stringMatching(`^sqs:${name} ${dead}$`),
      ),
      ...["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((name) =>
        expect.stringMatching(`^sqs:${name} ${dead}$`),
      ),
      expect.stringMatching(/^sqs:SendMessage ImagesChanges\w+\.Arn$/),
      expect.stringMatching(/^kms:Decrypt Key/),
      expect.stringMatching(/^kms:GenerateDataKey Key/),
    ]);
  });

  it("to call an API that does not exist allows nothing", () => {
    expect(listGranted((pipeline, role) => pipeline.grantCall(role), { api: false })).toEqual([]);
  });
});

/** The statements of the role of process after an app has granted something to the function. */
function grantToProcess(grant: (pipeline: ImagePipeline, stack: Stack) => unknown, props: Props = {}) {
  const synthesized = synthesize(props, { use: (pipeline) => grant(pipeline, Stack.of(pipeline)) });
  const template = new DeployedTemplate(synthesized);
  const { Role: role } = template.getConstructProperties(synthesized.pipeline.functions.process);
  return readRoleStatements(template, String(role));
}

describe("a right that an app grants to a function of the pipeline", () => {
  const who = "role:process";

  it("to use a key, to read a bucket or to do anything else is in the template", () => {
    const statements = grantToProcess(({ functions }, stack) => {
      Key.fromKeyArn(stack, "Key", KEY_ARN).grantDecrypt(functions.process).assertSuccess();
      Bucket.fromBucketName(stack, "Fonts", "fonts").grantRead(functions.process).assertSuccess();
      functions.process.addToRolePolicy(
        new PolicyStatement({ actions: ["ses:SendEmail"], resources: ["*"] }),
      );
    });
    for (const [action, resource] of [
      ["kms:Decrypt", KEY_ARN],
      ["s3:GetObject", "arn:aws:s3:::fonts/sans.ttf"],
      ["ses:SendEmail", "arn:aws:ses:eu-central-1:111122223333:identity/example.com"],
    ] as const)
      expect([action, isAllowed(statements, { who, action, resource })]).toEqual([action, true]);
  });

  it("is not waited for by the function, which would wait for itself by the bucket that notifies it", () => {
    const grant = ({ originals, functions }: ImagePipeline) => originals.grantRead(functions.process);
    expect(() => grantToProcess(grant, { trigger: "direct" })).not.toThrow();
    const wait = ({ originals, functions }: ImagePipeline) => functions.process.node.addDependency(originals);
    expect(() => grantToProcess(wait, { trigger: "direct" })).toThrow("dependency cycle");
  });

  it("is the only one that is not in the role itself", () => {
    expect(synthesize().template.findResources("AWS::IAM::Policy")).toEqual({});
  });

  it("by a managed policy of the app is seen by the proof of the roles, and one of AWS cannot be overlooked", () => {
    const statements = grantToProcess(({ functions }, stack) =>
      functions.process.role?.addManagedPolicy(
        new ManagedPolicy(stack, "Mail", {
          statements: [new PolicyStatement({ actions: ["ses:SendEmail"], resources: ["*"] })],
        }),
      ),
    );
    expect(isAllowed(statements, { who, action: "ses:SendEmail", resource: "any" })).toBe(true);
    const addAwsPolicy =
      (name: string) =>
      ({ functions }: ImagePipeline) =>
        functions.process.role?.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(name));
    expect(() => grantToProcess(addAwsPolicy("AmazonS3FullAccess"))).toThrow("whose content is not known");
  });
});
