import { Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Bucket, type CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import { createAccessLogsBucket, createOriginalsBucket, createRenditionsBucket } from "./buckets.js";
import { createRecordsTable } from "./records-table.js";
import { toRetention } from "./retention.js";

/** Where a pipeline keeps its data: imported resources, and resources created for the rest. */
export interface Stores {
  readonly originals: IBucket;
  /** The same bucket, known by its name alone where it is made here (see `createOriginalsBucket`). */
  readonly originalsByName: IBucket;
  /** The originals, if they are made here. */
  readonly made?: Bucket;
  readonly renditions: IBucket;
  readonly table: ITable;
}

/** Creates the resources that were not imported. Throws `invalid-input` if both buckets are the same one. */
export function createStores(scope: Construct, props: ImagePipelineProps): Stores {
  const { originals: imported, renditions, table, encryptionKey, api } = props;
  const retention = toRetention(props.retention);
  if (imported && renditions) refuseLoop(imported, renditions);
  const options = { retention, ...(encryptionKey && { encryptionKey }) };
  const logs = imported && renditions ? undefined : createAccessLogsBucket(scope, { retention });
  const origins = (api !== false && api?.cors?.origins) || [];
  const made = logs && !imported ? createOriginalsBucket(scope, { ...options, origins, logs }) : undefined;
  const originals = imported ?? made;
  const kept = renditions ?? (logs && createRenditionsBucket(scope, { ...options, logs }));
  if (!originals || !kept) throw new SafelightError("internal", "a bucket was neither imported nor created");
  return {
    originals,
    originalsByName: made ? importByName(scope, made) : originals,
    ...(made && { made }),
    renditions: kept,
    table: table ?? createRecordsTable(scope, { retention }),
  };
}

/** Each rendition would be taken for an original, rendered, and its renditions taken for originals again. */
function refuseLoop(originals: IBucket, renditions: IBucket): void {
  const formatArn = ({ stack, bucketArn }: IBucket) => JSON.stringify(Stack.of(stack).resolve(bucketArn));
  const sameStack = originals.stack === renditions.stack;
  if (originals !== renditions && !(sameStack && formatArn(originals) === formatArn(renditions))) return;
  throw new SafelightError(
    "invalid-input",
    `expected another bucket for renditions than for originals but received ${originals.node.path} twice; ` +
      "each rendition would be taken for an original, without an end",
  );
}

function importByName(scope: Construct, made: Bucket): IBucket {
  const { bucketName } = made.node.defaultChild as CfnBucket;
  return Bucket.fromBucketAttributes(scope, "OriginalsByName", { bucketName: bucketName ?? made.bucketName });
}
