import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { IDistribution } from "aws-cdk-lib/aws-cloudfront";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { METRICS, METRICS_NAMESPACE } from "../../src/entrypoints/telemetry/metric-names.js";
import { INDEXES } from "./records-table.js";

/** The period of every metric here. */
export const PERIOD = Duration.minutes(5);

/** Fewer than these in a period are too few to speak of a share. */
const MIN_SAMPLES = 20;

/** One of the pipeline's own metrics, as its functions count them under this service. */
export function measurePipeline(
  name: keyof typeof METRICS,
  service: string,
  statistic: string = Stats.SUM,
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: METRICS[name],
    dimensionsMap: { service },
    statistic,
    period: PERIOD,
  });
}

/** How many of a hundred originals were rejected. */
export function measureRejectedShare(service: string): IMetric {
  const usingMetrics = {
    rejected: measurePipeline("rejected", service),
    processed: measurePipeline("processed", service),
  };
  const all = "(FILL(rejected, 0) + FILL(processed, 0))";
  return new MathExpression({
    expression: `IF(${all} >= ${MIN_SAMPLES}, 100 * FILL(rejected, 0) / ${all}, 0)`,
    label: "Rejected, %",
    usingMetrics,
    period: PERIOD,
  });
}

/** How many of a hundred attempts to settle a change failed. */
export function measureUnsettledShare(service: string): IMetric {
  const usingMetrics = {
    failed: measurePipeline("failed", service),
    processed: measurePipeline("processed", service),
  };
  const all = "(FILL(failed, 0) + FILL(processed, 0))";
  return new MathExpression({
    expression: `IF(${all} >= ${MIN_SAMPLES}, 100 * FILL(failed, 0) / ${all}, 0)`,
    label: "Not settled, %",
    usingMetrics,
    period: PERIOD,
  });
}

/** How many more messages wait in a queue than a period before. */
export function measureNewMessages(queue: IQueue): IMetric {
  const waiting = queue.metricApproximateNumberOfMessagesVisible({
    statistic: Stats.MAXIMUM,
    period: PERIOD,
  });
  return new MathExpression({
    expression: "DIFF(waiting)",
    label: "New dead letters",
    usingMetrics: { waiting },
    period: PERIOD,
  });
}

/** How many of a hundred invocations failed. */
export function measureFailedShare(lambda: IFunction): IMetric {
  const name = lambda.node.id.toLowerCase();
  const [errors, invocations] = [`${name}_errors`, `${name}_invocations`];
  const usingMetrics = {
    [errors]: lambda.metricErrors({ period: PERIOD }),
    [invocations]: lambda.metricInvocations({ period: PERIOD }),
  };
  return new MathExpression({
    expression: `100 * ${errors} / ${invocations}`,
    label: lambda.node.id,
    usingMetrics,
    period: PERIOD,
  });
}

/** How many runs of the function that reconciles ended in an error, or say of themselves that they failed. */
export function measureFailedRuns(reconcile: IFunction, service: string): IMetric {
  const usingMetrics = {
    errors: reconcile.metricErrors({ statistic: Stats.SUM, period: PERIOD }),
    failed: measurePipeline("reconcileFailed", service),
  };
  return new MathExpression({
    expression: "FILL(errors, 0) + FILL(failed, 0)",
    label: "Failed runs",
    usingMetrics,
    period: PERIOD,
  });
}

/** The time below which 95 of a hundred invocations stay, in milliseconds. */
export function measureSlowest(lambda: IFunction): IMetric {
  return lambda.metricDuration({ statistic: Stats.percentile(95), period: PERIOD, label: lambda.node.id });
}

/** How many invocations Lambda refused as too many. */
export function measureRefusedInvocations(lambda: IFunction): IMetric {
  return lambda.metricThrottles({ statistic: Stats.SUM, period: PERIOD, label: lambda.node.id });
}

/** How many requests the table and its indexes refused as too many. */
export function measureTableThrottles(table: ITable): IMetric {
  const kinds = ["ReadThrottleEvents", "WriteThrottleEvents"];
  const dimensions = [{}, ...INDEXES.map(({ index }) => ({ GlobalSecondaryIndexName: index }))];
  const metrics = kinds.flatMap((metricName) =>
    dimensions.map(
      (dimension) =>
        new Metric({
          namespace: "AWS/DynamoDB",
          metricName,
          dimensionsMap: { TableName: table.tableName, ...dimension },
          statistic: Stats.SUM,
          period: PERIOD,
        }),
    ),
  );
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  return new MathExpression({ expression, label: "Table", usingMetrics, period: PERIOD });
}

/** How many requests DynamoDB could not answer for reasons of its own; it counts them by operation. */
export function measureTableErrors({ tableName }: ITable): IMetric {
  const operations = ["GetItem", "BatchGetItem", "PutItem", "BatchWriteItem", "Query"];
  const metrics = operations.map(
    (Operation) =>
      new Metric({
        namespace: "AWS/DynamoDB",
        metricName: "SystemErrors",
        dimensionsMap: { TableName: tableName, Operation },
        statistic: Stats.SUM,
        period: PERIOD,
      }),
  );
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`e${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  return new MathExpression({ expression, label: "Table", usingMetrics, period: PERIOD });
}

/** How many of a hundred requests the API answered with 5xx. */
export function measureApiFailures(api: HttpApi): IMetric {
  const usingMetrics = {
    failed: api.metricServerError({ statistic: Stats.SUM, period: PERIOD }),
    requests: api.metricCount({ statistic: Stats.SUM, period: PERIOD }),
  };
  return new MathExpression({
    expression: `IF(requests >= ${MIN_SAMPLES}, 100 * failed / requests, 0)`,
    label: "5xx, %",
    usingMetrics,
    period: PERIOD,
  });
}

/**
 * How long the oldest request for an invalidation has waited, in seconds. SQS leaves out of its own figure what was
 * received three times; that is what the function says itself.
 */
export function measureOldestInvalidation(queue: IQueue, service: string): IMetric {
  const usingMetrics = {
    waiting: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
    refused: measurePipeline("invalidationAge", service, Stats.MAXIMUM),
  };
  return new MathExpression({
    expression: "MAX([FILL(waiting, 0), FILL(refused, 0)])",
    label: "Invalidation",
    usingMetrics,
    period: PERIOD,
  });
}

/** How many of a hundred requests CloudFront answered with 5xx. It says so in us-east-1 only. */
export function measureCdnFailures(distribution: IDistribution, region?: string): Metric {
  return measureCdnErrors("5xxErrorRate", distribution, region);
}

/** How many of a hundred requests CloudFront answered with 4xx: mostly URLs that have expired or never existed. */
export function measureCdnRefusals(distribution: IDistribution, region?: string): Metric {
  return measureCdnErrors("4xxErrorRate", distribution, region);
}

function measureCdnErrors(metricName: string, { distributionId }: IDistribution, region?: string): Metric {
  return new Metric({
    namespace: "AWS/CloudFront",
    metricName,
    dimensionsMap: { DistributionId: distributionId, Region: "Global" },
    statistic: Stats.AVERAGE,
    period: PERIOD,
    ...(region !== undefined && { region }),
  });
}

/** Where CloudFront's metrics are. */
export const CDN_REGION = "us-east-1";
