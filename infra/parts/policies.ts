import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { INDEXES } from "./records-table.js";

/*
 * The statements that roles are made of, written by hand. CDK's own grants hold more than is used here: that of a
 * table has Scan, that of a bucket has legal holds and tags.
 */

/** Creates a statement that allows the actions; `sid` names the purpose. */
export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions: [...actions], resources: [...resources] });
}

/** Objects of a bucket. Left out, `keys` are all keys: they are chosen by those who upload. */
export function allowOnObjects(
  sid: string,
  actions: readonly string[],
  bucket: IBucket,
  keys = "*",
): PolicyStatement {
  return allow(sid, actions, [bucket.arnForObjects(keys)]);
}

/** Allows listing a bucket. Without it, S3 answers 403 for a missing key, which looks like missing permissions. */
export function allowListing(sid: string, bucket: IBucket): PolicyStatement {
  return allow(sid, ["s3:ListBucket"], [bucket.bucketArn]);
}

/** The indexes of the table, each by its name. */
export function listIndexArns(table: ITable): readonly string[] {
  return INDEXES.map((index) => formatIndexArn(table, index));
}

/** One index of the table. */
export function formatIndexArn(table: ITable, { index }: { readonly index: string }): string {
  return `${table.tableArn}/index/${index}`;
}

/** Lines in a function's own log group. */
export function allowLogs(logs: ILogGroup): PolicyStatement {
  // The ARN of a log group ends with a star that stands for its streams.
  return allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [logs.logGroupArn]);
}

/** X-Ray knows no resources. */
export function allowTraces(): PolicyStatement {
  return allow("WriteTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]);
}
