import { Aws, Duration, Names } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  HttpMethods,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { onObjects } from "./policies.js";
import type { Retention } from "./retention.js";

/** What all buckets have in common. */
export interface BucketOptions {
  readonly retention: Retention;
  readonly encryptionKey?: IKey;
}

/** What an upload that broke off has left behind. */
const NO_LEFTOVERS: LifecycleRule = {
  id: "leftovers",
  abortIncompleteMultipartUploadAfter: Duration.days(1),
};

/**
 * The bucket of the originals, versioned: what was overwritten or removed by mistake can be had back for a month. It
 * has a name that is known beforehand, so that S3, which is told in the bucket itself whom to notify, can be told of
 * a function that knows the bucket. Should the stack be deleted and made again, the kept bucket is in the way, rather
 * than forgotten: hand it over as `originals` then.
 */
export function originalsBucket(
  scope: Construct,
  {
    origins,
    logs,
    ...options
  }: BucketOptions & { readonly origins: readonly string[]; readonly logs: Bucket },
): Bucket {
  const stack = Names.uniqueResourceName(scope, { maxLength: 24, separator: "-" }).toLowerCase();
  const cors = {
    allowedMethods: [HttpMethods.POST],
    allowedOrigins: [...origins],
    allowedHeaders: ["*"],
    maxAge: 600,
  };
  const bucket = new Bucket(scope, "Originals", {
    ...locked(options),
    bucketName: `${stack}-in-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
    versioned: true,
    lifecycleRules: [
      NO_LEFTOVERS,
      {
        id: "former-versions",
        noncurrentVersionExpiration: Duration.days(30),
        expiredObjectDeleteMarker: true,
      },
      {
        id: "rarely-read",
        transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) }],
      },
    ],
    ...(origins.length > 0 && { cors: [cors] }),
  });
  logTo(logs, bucket, "originals");
  return bucket;
}

/** The bucket of the renditions. Not versioned: no key ever means anything else, and each can be rendered again. */
export function renditionsBucket(
  scope: Construct,
  { logs, ...options }: BucketOptions & { readonly logs: Bucket },
): Bucket {
  const bucket = new Bucket(scope, "Renditions", { ...locked(options), lifecycleRules: [NO_LEFTOVERS] });
  logTo(logs, bucket, "renditions");
  return bucket;
}

/** The bucket that the access logs of the others go to, for three months. S3 delivers them under its own key only. */
export function accessLogsBucket(scope: Construct, { retention }: BucketOptions): Bucket {
  const bucket = new Bucket(scope, "AccessLogs", {
    ...locked({ retention }),
    lifecycleRules: [NO_LEFTOVERS, { id: "old-logs", expiration: Duration.days(90) }],
  });
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "This is the bucket of the access logs; it would log its own logging.",
  );
  return bucket;
}

/**
 * By the policy of the bucket of logs. Unless the app sets a feature flag, CDK would let S3 in by an access control
 * list, which these buckets do not have.
 */
function logTo(logs: Bucket, bucket: Bucket, prefix: string): void {
  const child = bucket.node.defaultChild as CfnBucket;
  child.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: `${prefix}/` };
  const statement = onObjects(`TakeLogsOf${prefix}`, ["s3:PutObject"], logs, `${prefix}/*`);
  statement.addServicePrincipal("logging.s3.amazonaws.com");
  statement.addCondition("ArnEquals", { "aws:SourceArn": bucket.bucketArn });
  statement.addCondition("StringEquals", { "aws:SourceAccount": Aws.ACCOUNT_ID });
  logs.addToResourcePolicy(statement);
}

function locked({ retention, encryptionKey }: BucketOptions): BucketProps {
  return {
    encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
    ...(encryptionKey && { encryptionKey, bucketKeyEnabled: true }),
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: retention.removalPolicy,
    autoDeleteObjects: !retention.protects,
  };
}
