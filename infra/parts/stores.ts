import { Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Bucket, type CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import { accessLogsBucket, originalsBucket, renditionsBucket } from "./buckets.js";
import { recordsTable } from "./records-table.js";
import { retentionOf } from "./retention.js";

/** Where a pipeline keeps its data: what was brought along, and what is made for the rest. */
export interface Stores {
  readonly originals: IBucket;
  /** The same bucket, known by its name alone where it is made here (see `originalsBucket`). */
  readonly originalsByName: IBucket;
  /** The originals, if they are made here. */
  readonly made?: Bucket;
  readonly renditions: IBucket;
  readonly table: ITable;
}

/** Makes what was not brought along. Throws `invalid-input` if both buckets are the same one. */
export function makeStores(scope: Construct, props: ImagePipelineProps): Stores {
  const { originals: brought, renditions, table, encryptionKey, api } = props;
  const retention = retentionOf(props.retention);
  if (brought && renditions) refuseLoop(brought, renditions);
  const options = { retention, ...(encryptionKey && { encryptionKey }) };
  const logs = brought && renditions ? undefined : accessLogsBucket(scope, { retention });
  const origins = (api !== false && api?.cors?.origins) || [];
  const made = logs && !brought ? originalsBucket(scope, { ...options, origins, logs }) : undefined;
  const originals = brought ?? made;
  const kept = renditions ?? (logs && renditionsBucket(scope, { ...options, logs }));
  if (!originals || !kept) throw new SafelightError("internal", "expected two buckets but received fewer");
  return {
    originals,
    originalsByName: made ? byName(scope, made) : originals,
    ...(made && { made }),
    renditions: kept,
    table: table ?? recordsTable(scope, { retention }),
  };
}

/** Each rendition would be taken for an original, rendered, and its renditions taken for originals again. */
function refuseLoop(originals: IBucket, renditions: IBucket): void {
  const named = ({ stack, bucketArn }: IBucket) => JSON.stringify(Stack.of(stack).resolve(bucketArn));
  const sameStack = originals.stack === renditions.stack;
  if (originals !== renditions && !(sameStack && named(originals) === named(renditions))) return;
  throw new SafelightError(
    "invalid-input",
    `expected another bucket for renditions than for originals but received ${originals.node.path} twice; ` +
      "each rendition would be taken for an original, without an end",
  );
}

function byName(scope: Construct, made: Bucket): IBucket {
  const { bucketName } = made.node.defaultChild as CfnBucket;
  return Bucket.fromBucketAttributes(scope, "OriginalsByName", { bucketName: bucketName ?? made.bucketName });
}
