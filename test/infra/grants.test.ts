import { describe, expect, it } from "@jest/globals";
import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { ImagePipeline } from "../../infra/image-pipeline.js";
import { CASES } from "../support/infra/cases.js";
import { type Statement, toList } from "../support/infra/policy.js";
import { type Props, synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

/** The permissions that a grant adds: each action with its resource. */
function granted(
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
    expect(granted((pipeline, role) => pipeline.grantUpload(role))).toEqual([
      expect.stringMatching(/^s3:PutObject ImagesOriginals\w+\.Arn\/\*$/),
    ]);
  });

  it("to read allows to get renditions and to look at records, and nothing else", () => {
    const table = String.raw`ImagesImageMetadata\w+\.Arn`;
    expect(granted((pipeline, role) => pipeline.grantRead(role))).toEqual([
      expect.stringMatching(/^s3:GetObject ImagesRenditions\w+\.Arn\/\*$/),
      expect.stringMatching(`^dynamodb:GetItem ${table}$`),
      expect.stringMatching(`^dynamodb:BatchGetItem ${table}$`),
      expect.stringMatching(`^dynamodb:Query ${table}/index/listing$`),
      expect.stringMatching(`^dynamodb:Query ${table}/index/listingByStatus$`),
    ]);
  });

  it("includes the key that the bucket is under", () => {
    const upload = granted((pipeline, role) => pipeline.grantUpload(role), CASES.customized);
    expect(upload).toContainEqual(expect.stringMatching(/^kms:GenerateDataKey Key/));
    const read = granted((pipeline, role) => pipeline.grantRead(role), CASES.customized);
    expect(read).toContainEqual(expect.stringMatching(/^kms:Decrypt Key/));
  });

  it("to call the API allows the routes of one permission, or all", () => {
    const all = granted((pipeline, role) => pipeline.grantCall(role));
    expect(all.map((one) => one.replace(/^execute-api:Invoke .*\/\$default/, "")).sort()).toEqual([
      "/DELETE/images/*",
      "/GET/images",
      "/GET/images/*",
      "/GET/images/*/*",
      "/PATCH/images/*",
      "/POST/images",
      "/POST/process",
      "/POST/uploads",
    ]);
    const reading = granted((pipeline, role) => pipeline.grantCall(role, "read"));
    expect(reading.every((one) => one.includes("/GET/"))).toBe(true);
    expect(reading).toHaveLength(3);
  });

  it("to call an API that does not exist allows nothing", () => {
    expect(granted((pipeline, role) => pipeline.grantCall(role), { api: false })).toEqual([]);
  });
});
