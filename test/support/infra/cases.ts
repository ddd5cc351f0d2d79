import { Duration, type Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { PriceClass } from "aws-cdk-lib/aws-cloudfront";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import { Key } from "aws-cdk-lib/aws-kms";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { ImagePipelineProps } from "../../../infra/image-pipeline-props.js";
import type { Props } from "./synthesize.js";

/** A public key of the right form; nobody has the private one. */
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAudf8/iNkQgdvjEdm6xYS
JAyxd/kGTbJfQNg9YhInb7TSm0dGu0yx8yZ3fnpmxuRPqJIlaVr+fT4YRl71gEYa
dlhHmnVegyPNjP9dNqZ7zwNqMEPOPnS/NOHbJj1KYKpn1f8pPNycQ5MQCntKGnSj
6fc+nbcC0joDvGz80xuy1W4hLV9oC9c3GT26xfZb2jy9MVtA3cppNuTwqrFi3t6e
0iGpraxZlT5wewjZLpQkngqYr6s3aucPAZVsGTEYPo4nD5mswmtZOm+tgcOrivtD
/3sD/qZLQ6c5siqyS8aTraD6y+VXugujfarTU65IeZ6QAUbLMWsuZOIi5Jn8zAwx
NQIDAQAB
-----END PUBLIC KEY-----`;

/** Another one, of which the same holds. */
export const OTHER_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzGMobiz5yoR1WAgQl1Um
yUG6pg+2soLDCsGChI7347gNUcPc3XSAixqtAZ3sVFFHgSTSYBtMz+uv9Y7i6qNG
7/9VuYsyZ4e82seACMYPzs28NeUWsk7BRoLsdF7oLJY/z0xydnEZZDUrCNPyx1Wd
jYN3RROrGuOvV4uy8uHb2CVnKHM4v6h549JxupYoX+cEe1Ji4FG8HjjSXM4sYzgi
f0I7HsVPJ3MN/NXOno8G8ep+hi5xg2d5iri+cse3dFVbXqSP6/KeyCmRxLZEhYfb
2oL9RtcKVXrolV24X7161TiNIOLNilOEOECigPkCqvTw1rmnFFTkL+kKUbILOvRw
RQIDAQAB
-----END PUBLIC KEY-----`;

/** Everything that can be said, said otherwise than by default. */
function createCustomProps(stack: Stack): ImagePipelineProps {
  return {
    configuration: { thumbnails: { card: { width: 640, format: "webp" } }, metadata: "keep-copyright" },
    tagging: { moderation: true, minConfidence: 60, maxConcurrency: 4 },
    trigger: "direct",
    api: {
      authorization: {
        type: "jwt",
        issuer: "https://login.example",
        audience: ["images"],
        scopes: { read: "images:read", write: "images:write" },
        boundToOwner: true,
      },
      throttling: { rateLimit: 7, burstLimit: 9 },
      cors: { origins: ["https://app.example"], maxAge: Duration.hours(1) },
    },
    cdn: {
      domainNames: ["images.example.com"],
      certificate: Certificate.fromCertificateArn(
        stack,
        "Certificate",
        "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d",
      ),
      webAclArn: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/images/0a1b2c3d",
      signedUrls: {
        publicKey: PUBLIC_KEY,
        acceptedPublicKeys: [OTHER_PUBLIC_KEY],
        privateKey: Secret.fromSecretCompleteArn(
          stack,
          "PrivateKey",
          "arn:aws:secretsmanager:eu-central-1:111122223333:secret:images-AbCdEf",
        ),
        expiresIn: Duration.minutes(5),
      },
      priceClass: PriceClass.PRICE_CLASS_ALL,
    },
    alarms: { emails: ["oncall@example.com"] },
    process: { memorySize: 3_008, timeout: Duration.seconds(100) },
    read: { memorySize: 256, timeout: Duration.seconds(5) },
    write: { memorySize: 512, timeout: Duration.seconds(20) },
    maxConcurrency: 3,
    logRetention: RetentionDays.ONE_WEEK,
    tracing: false,
    encryptionKey: new Key(stack, "Key", { enableKeyRotation: true }),
    architecture: Architecture.X86_64,
  };
}

/** Nothing made that can be brought along, and nothing beside it. */
function createImportedProps(stack: Stack): ImagePipelineProps {
  return {
    originals: Bucket.fromBucketName(stack, "TheirOriginals", "their-originals"),
    renditions: Bucket.fromBucketName(stack, "TheirRenditions", "their-renditions"),
    table: Table.fromTableName(stack, "TheirTable", "TheirTable"),
    notifications: {
      topic: Topic.fromTopicArn(stack, "TheirTopic", "arn:aws:sns:eu-central-1:111122223333:theirs"),
    },
    alarms: {
      topic: Topic.fromTopicArn(stack, "TheirAlarms", "arn:aws:sns:eu-central-1:111122223333:alarms"),
    },
  };
}

/** The deployments that the tests look at, by name. */
export const CASES = {
  default: {},
  direct: { trigger: "direct" },
  customized: createCustomProps,
  brought: createImportedProps,
  "brought with EventBridge": (stack: Stack) => ({
    originals: Bucket.fromBucketName(stack, "TheirOriginals", "their-originals"),
    trigger: "eventbridge",
  }),
  "nothing but the pipeline": { api: false, cdn: false, notifications: false, alarms: false },
  "reconciled by a schedule": { api: false, cdn: false, reconcile: { schedule: "rate(1 day)", rate: 5 } },
  "with a dashboard": { dashboard: true, searchByName: true },
  "open for development": { retention: "development", api: { authorization: { type: "open" } } },
} as const satisfies Readonly<Record<string, Props>>;
