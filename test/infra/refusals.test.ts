import { describe, expect, it } from "@jest/globals";
import { Duration, type Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { CASES } from "../support/infra/cases.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

describe("a deployment that would run in circles", () => {
  const LOOP = "each rendition would be taken for an original, without an end";

  it("is refused during synthesis if one bucket is given twice", () => {
    const addTwice = (stack: Stack): ImagePipelineProps => {
      const bucket = new Bucket(stack, "Both");
      return { originals: bucket, renditions: bucket };
    };
    expect(() => synthesize(addTwice)).toThrow(LOOP);
  });

  it("is refused for two constructs that mean one bucket", () => {
    const addAlias = (stack: Stack): ImagePipelineProps => ({
      originals: Bucket.fromBucketName(stack, "One", "pictures"),
      renditions: Bucket.fromBucketArn(stack, "Other", `arn:${stack.partition}:s3:::pictures`),
    });
    expect(() => synthesize(addAlias)).toThrow(LOOP);
    const addOwned = (stack: Stack): ImagePipelineProps => {
      const bucket = new Bucket(stack, "Both");
      return { originals: bucket, renditions: Bucket.fromBucketArn(stack, "Again", bucket.bucketArn) };
    };
    expect(() => synthesize(addOwned)).toThrow(LOOP);
  });

  it("is not reported for two buckets of one stack", () => {
    const addTwo = (stack: Stack): ImagePipelineProps => ({
      originals: new Bucket(stack, "In"),
      renditions: new Bucket(stack, "Out"),
    });
    expect(() => synthesize(addTwo)).not.toThrow();
  });

  it("is not possible by notifications: only the bucket of the originals has any", () => {
    for (const props of Object.values(CASES)) {
      const synthesized = synthesize(props);
      const deployed = new DeployedTemplate(synthesized);
      const { originals } = synthesized.pipeline;
      const told = deployed
        .listResources("AWS::S3::Bucket")
        .filter(({ properties }) => properties.NotificationConfiguration);
      const mine = originals.node.defaultChild ? [deployed.getId(originals)] : [];
      expect(told.map(({ id }) => id)).toEqual(mine);
    }
  });
});

describe("a deployment is refused during synthesis", () => {
  it.each<[string, ImagePipelineProps, string]>([
    [
      "for a schedule that is no expression",
      { reconcile: { schedule: "daily" } },
      'expected an expression such as rate(1 day) for reconcile.schedule but received "daily"',
    ],
    ["for a rate that is none", { reconcile: { schedule: "rate(1 day)", rate: 0 } }, "reconcile.rate"],
    ["for a configuration with faults", { configuration: { uploads: { maxBytes: -1 } } }, "uploads.maxBytes"],
    [
      "for a configuration that is not there",
      { configuration: "nowhere.json" },
      "expected a readable config",
    ],
    [
      "for a watermark whose image does not exist",
      { configuration: { watermark: { image: "no.png" } } },
      'watermark.image: expected a readable file but received "no.png (ENOENT)"',
    ],
    [
      "for the tagger of this machine",
      { configuration: { tagging: { provider: "local" } } },
      "tagging.provider",
    ],
    [
      "for a tagger that nobody provides on AWS",
      { configuration: { tagging: { provider: "google" } } },
      "tagging.provider",
    ],
    [
      "for webhooks in the configuration, which names the property for them",
      { configuration: { webhooks: { shop: { url: "https://shop.example", secret: "SHOP_SECRET" } } } },
      'received "shop"; pass them as the property webhooks of ImagePipeline',
    ],
    [
      "for a webhook without TLS",
      { webhooks: { shop: { url: "http://shop.example/hooks" } } },
      'shop.url: expected an https URL without credentials or a fragment but received "http://shop.example/hooks"',
    ],
    [
      "for webhooks without a topic",
      { notifications: false, webhooks: { shop: { url: "https://a.example" } } },
      "leave notifications out",
    ],
    ["for names without a certificate", { cdn: { domainNames: ["a.example"] } }, "expected a certificate"],
    [
      "for an answer that the API would not wait for",
      { write: { timeout: Duration.minutes(1) } },
      "at most 29 seconds",
    ],
    ["for bundles that are not there", { bundles: "/nowhere" }, "npm run build:lambda"],
  ])("%s", (_why, props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});

describe("a function of an impossible size", () => {
  it.each([
    [
      { maxConcurrency: 30, tagging: true, process: { reservedConcurrency: 31 } },
      "at least 32, which are received side by side, for process.reservedConcurrency but received 31",
    ],
    [{ process: { memorySize: 50 } }, "128 to 10,240 megabytes for process.memorySize but received 50"],
    [
      { process: { memory: 50 } },
      'memorySize, timeout or reservedConcurrency for process but received "memory"',
    ],
  ])("is refused during synthesis: %j", (props, message) => {
    expect(() => synthesize(props as ImagePipelineProps)).toThrow(`expected ${message}`);
  });
});
