import { Resource, Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Bucket, CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import { createAccessLogsBucket, createOriginalsBucket, createRenditionsBucket } from "./buckets.js";
import { createRecordsTable } from "./records-table.js";
import { toRetention } from "./retention.js";

/** Where a pipeline keeps its data: imported resources, and resources created for the rest. */
export interface Stores {
  readonly originals: IBucket;
  /** The same bucket, known by its name alone where it is made here (see `createOriginalsBucket`) or in another stack. */
  readonly originalsByName: IBucket;
  /** The originals, if they are made here. */
  readonly made?: Bucket;
  readonly renditions: IBucket;
  readonly table: ITable;
}

/**
 * Creates the resources that were not imported. Throws `invalid-input` if both buckets are the same one, and for renditions
 * of another stack that a CDN is in front of.
 */
export function createStores(scope: Construct, props: ImagePipelineProps): Stores {
  const { originals: imported, renditions, table, encryptionKey, api } = props;
  const retention = toRetention(props.retention);
  if (imported && renditions) refuseLoop(imported, renditions);
  if (renditions && props.cdn !== false) refuseOtherStack(scope, renditions);
  const options = { retention, ...(encryptionKey && { encryptionKey }) };
  const logs = imported && renditions ? undefined : createAccessLogsBucket(scope, { retention });
  const origins = (api !== false && api?.cors?.origins) || [];
  const made = logs && !imported ? createOriginalsBucket(scope, { ...options, origins, logs }) : undefined;
  const originals = imported ?? made;
  const kept = renditions ?? (logs && createRenditionsBucket(scope, { ...options, logs }));
  if (!originals || !kept) throw new SafelightError("internal", "a bucket was neither imported nor created");
  return {
    originals,
    originalsByName: made || isOfOtherStack(scope, originals) ? importByName(scope, originals) : originals,
    ...(made && { made }),
    renditions: kept,
    table:
      table ?? createRecordsTable(scope, { retention, ...(props.spending && { spending: props.spending }) }),
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

/** The bucket's policy must name the distribution, whose stack would then wait for that of the bucket and be waited for. */
function refuseOtherStack(scope: Construct, renditions: IBucket): void {
  if (!isOfOtherStack(scope, renditions) || !Resource.isOwnedResource(renditions)) return;
  throw new SafelightError(
    "invalid-input",
    `expected a bucket of the pipeline's own stack for renditions but received ${renditions.node.path} of another one, ` +
      "whose policy cannot name the CDN of this stack; create it here, pass it by Bucket.fromBucketName and let the " +
      "distribution read it (docs/deploying.md), or go without a CDN (cdn: false)",
  );
}

function isOfOtherStack(scope: Construct, { stack }: IBucket): boolean {
  return stack !== Stack.of(scope);
}

/**
 * In the stack of another bucket, its notifications would name the queue of this stack, which names the bucket; by its
 * name, they are in this one.
 */
function importByName(scope: Construct, originals: IBucket): IBucket {
  const child = originals.node.defaultChild;
  const fixed =
    child instanceof CfnBucket && originals.stack === Stack.of(scope) ? child.bucketName : undefined;
  return Bucket.fromBucketAttributes(scope, "OriginalsByName", {
    bucketName: fixed ?? originals.bucketName,
  });
}
