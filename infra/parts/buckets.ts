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
import { allowOnObjects } from "./policies.js";
import type { Retention } from "./retention.js";

/** Options of every bucket. */
export interface BucketOptions {
  readonly retention: Retention;
  readonly encryptionKey?: IKey;
}

/** Deletes the parts of multipart uploads that were never completed. */
const ABORT_INCOMPLETE_UPLOADS: LifecycleRule = {
  id: "leftovers",
  abortIncompleteMultipartUploadAfter: Duration.days(1),
};

/**
 * Creates the bucket of the originals, versioned: an overwritten or deleted original can be restored for a month. Its
 * name is fixed before deployment, because the bucket's notifications name a function whose environment names the
 * bucket. After the stack was deleted, creating it again fails on the retained bucket: pass it as `originals` then.
 */
export function createOriginalsBucket(
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
    ...buildSecureProps(options),
    bucketName: `${stack}-in-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
    versioned: true,
    lifecycleRules: [
      ABORT_INCOMPLETE_UPLOADS,
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
  enableAccessLogs(logs, bucket, "originals");
  return bucket;
}

/** Creates the bucket of the renditions, not versioned: the bytes of a key never change and can be rendered again. */
export function createRenditionsBucket(
  scope: Construct,
  { logs, ...options }: BucketOptions & { readonly logs: Bucket },
): Bucket {
  const bucket = new Bucket(scope, "Renditions", {
    ...buildSecureProps(options),
    lifecycleRules: [ABORT_INCOMPLETE_UPLOADS],
  });
  enableAccessLogs(logs, bucket, "renditions");
  return bucket;
}

/** Creates the bucket of the dashboard's files, which are the same for everybody and come with each deployment. */
export function createPageBucket(scope: Construct, { retention }: BucketOptions): Bucket {
  const bucket = new Bucket(scope, "Page", buildSecureProps({ retention }));
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "It holds the files of a page that is the same for everybody, and only the distribution reads them.",
  );
  return bucket;
}

/** Creates the bucket of access logs, kept for 90 days. S3 delivers access logs to buckets under its own key only. */
export function createAccessLogsBucket(scope: Construct, { retention }: BucketOptions): Bucket {
  const bucket = new Bucket(scope, "AccessLogs", {
    ...buildSecureProps({ retention }),
    lifecycleRules: [ABORT_INCOMPLETE_UPLOADS, { id: "old-logs", expiration: Duration.days(90) }],
  });
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "This is the bucket of the access logs; it would log its own logging.",
  );
  return bucket;
}

/**
 * Lets S3 deliver access logs through a bucket policy. Without a feature flag in the app, CDK would use an access control
 * list, which these buckets do not allow.
 */
function enableAccessLogs(logs: Bucket, bucket: Bucket, prefix: string): void {
  const child = bucket.node.defaultChild as CfnBucket;
  child.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: `${prefix}/` };
  const statement = allowOnObjects(`WriteAccessLogsOf${prefix}`, ["s3:PutObject"], logs, `${prefix}/*`);
  statement.addServicePrincipal("logging.s3.amazonaws.com");
  statement.addCondition("ArnEquals", { "aws:SourceArn": bucket.bucketArn });
  statement.addCondition("StringEquals", { "aws:SourceAccount": Aws.ACCOUNT_ID });
  logs.addToResourcePolicy(statement);
}

function buildSecureProps({ retention, encryptionKey }: BucketOptions): BucketProps {
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
