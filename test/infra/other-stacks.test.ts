import { describe, expect, it } from "@jest/globals";
import { CfnResource, Stack } from "aws-cdk-lib";
import { Match } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { synthesize } from "../support/infra/synthesize.js";

/** A bucket of another stack of the same app. */
function createElsewhere(stack: Stack): Bucket {
  const elsewhere = new Stack(stack.node.root, "Elsewhere");
  return new Bucket(elsewhere, "Pictures", {
    encryption: BucketEncryption.KMS,
    encryptionKey: new Key(elsewhere, "Key"),
  });
}

describe("a bucket of another stack of the same app", () => {
  it.each(["queue", "direct"] as const)(
    "is taken for originals (trigger: %s): this stack notifies, and the other one does not wait for it",
    (trigger) => {
      const { app, stack, pipeline, template } = synthesize((one) => ({
        originals: createElsewhere(one),
        trigger,
      }));
      const elsewhere = app.node.findChild("Elsewhere") as Stack;
      expect(stack.dependencies).toEqual([elsewhere]);
      expect(elsewhere.dependencies).toEqual([]);
      expect(pipeline.originals.stack).toBe(elsewhere);
      template.hasResourceProperties("Custom::S3BucketNotifications", {
        BucketName: { "Fn::ImportValue": Match.anyValue() },
      });
      template.hasResourceProperties("AWS::IAM::Role", {
        Policies: [
          {
            PolicyDocument: {
              Statement: Match.arrayWith([
                Match.objectLike({ Sid: "UseKeyOfOriginals", Action: "kms:Decrypt" }),
              ]),
            },
          },
        ],
      });
    },
  );

  it("may notify others itself if it is taken with trigger: eventbridge, which its own stack then turns on", () => {
    const { app, stack } = synthesize((one) => ({ originals: createElsewhere(one), trigger: "eventbridge" }));
    const elsewhere = app.node.findChild("Elsewhere") as Stack;
    expect([stack.dependencies, elsewhere.dependencies]).toEqual([[elsewhere], []]);
    const listTypes = (one: Stack) =>
      one.node
        .findAll()
        .flatMap((child) => (CfnResource.isCfnResource(child) ? [child.cfnResourceType] : []));
    expect(listTypes(elsewhere)).toContain("Custom::S3BucketNotifications");
    expect(listTypes(stack)).not.toContain("Custom::S3BucketNotifications");
  });

  it("is refused for renditions behind a CDN in one sentence that says what to do, and taken without one", () => {
    const createProps = (stack: Stack): ImagePipelineProps => ({ renditions: createElsewhere(stack) });
    expect(() => synthesize(createProps)).toThrow(
      "expected a bucket of the pipeline's own stack for renditions but received Elsewhere/Pictures of another one",
    );
    expect(() => synthesize((stack) => ({ ...createProps(stack), cdn: false }))).not.toThrow();
  });
});
