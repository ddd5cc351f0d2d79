import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { IDistribution } from "aws-cdk-lib/aws-cloudfront";
import { type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { ChangeQueues } from "./change-queue.js";
import {
  measureApiFailures,
  measureCdnFailures,
  measureFailedRuns,
  measureFailedShare,
  measureNewMessages,
  measureOldestInvalidation,
  measurePipeline,
  measureRefusedInvocations,
  measureRejectedShare,
  measureSlowest,
  measureTableErrors,
  measureTableThrottles,
  measureUnsettledShare,
  PERIOD,
} from "./metrics.js";
import type { SubscribedWebhook } from "./webhooks.js";

/** One alarm. */
export interface AlarmSpec {
  readonly id: string;
  /** The heading in docs/operating.md. */
  readonly heading: string;
  readonly sentence: string;
  readonly metric: IMetric;
  /** The alarm fires when the metric is above this for `periods` periods in a row. */
  readonly above: number;
  readonly periods: number;
  /** The metric is in us-east-1 only. */
  readonly global?: true;
}

/** The resources that alarms and dashboard monitor. */
export interface Monitored {
  readonly queues: ChangeQueues;
  readonly functions: readonly {
    readonly name: string;
    readonly lambda: LambdaFunction;
    /** How long it takes is up to its callers, who may ask it to wait. */
    readonly waits: boolean;
  }[];
  readonly table: ITable;
  readonly service: string;
  readonly webhooks: readonly SubscribedWebhook[];
  readonly api?: HttpApi;
  /** The API of the page, behind the distribution, whose own metrics are in another region than most stacks. */
  readonly pageApi?: HttpApi;
  readonly distribution?: IDistribution;
  /** The queue of the paths to invalidate. */
  readonly invalidations?: IQueue;
  /** The function that reconciles by a schedule. */
  readonly reconcile?: LambdaFunction;
}

/** Every alarm of a pipeline: few, and each one needs action. */
export function listAlarms({
  queues,
  functions,
  table,
  service,
  webhooks,
  api,
  pageApi,
  distribution,
  invalidations,
  reconcile,
}: Monitored): readonly AlarmSpec[] {
  return [
    {
      id: "DeadLetters",
      heading: "Dead letters",
      sentence: "Changes could not be settled and wait in the dead-letter queue",
      metric: queues.deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: PERIOD,
      }),
      above: 0,
      periods: 1,
    },
    {
      // The alarm above stays as it is while a dead letter lies there; this one tells of each that joins it.
      id: "NewDeadLetters",
      heading: "Dead letters",
      sentence: "More changes than before wait in the dead-letter queue",
      metric: measureNewMessages(queues.deadLetters),
      above: 0,
      periods: 1,
    },
    {
      id: "UnreadableMessages",
      heading: "Unreadable messages",
      sentence: "Messages arrived that are no changes of originals",
      metric: measurePipeline("unreadable", service),
      above: 0,
      periods: 1,
    },
    {
      id: "ManyFailed",
      heading: "Many failed",
      sentence: "More than 20 % of the changes could not be settled",
      metric: measureUnsettledShare(service),
      above: 20,
      periods: 2,
    },
    {
      id: "OldestChange",
      heading: "Oldest change",
      sentence: "A change has been waiting for more than 5 minutes",
      metric: queues.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
      above: 300,
      periods: 2,
    },
    {
      id: "DayOldChange",
      heading: "Day-old change",
      sentence: "A change has been waiting for more than a day, and is lost after 14",
      metric: queues.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
      above: 86_400,
      periods: 1,
    },
    {
      id: "WeekOldDeadLetter",
      heading: "Week-old dead letter",
      sentence:
        "A dead letter has been waiting for more than a week, and is lost 14 days after it was first sent",
      metric: queues.deadLetters.metricApproximateAgeOfOldestMessage({
        statistic: Stats.MAXIMUM,
        period: PERIOD,
      }),
      above: 7 * 86_400,
      periods: 1,
    },
    ...(queues.taggingQueue
      ? [
          {
            id: "TaggingFailed",
            heading: "Tagging failed",
            sentence: "Images could not be tagged for half an hour",
            metric: measurePipeline("taggingFailed", service),
            above: 0,
            periods: 6,
          },
        ]
      : []),
    ...functions.flatMap((monitored) => listFunctionAlarms(monitored)),
    {
      id: "TableThrottled",
      heading: "Table throttled",
      sentence: "DynamoDB refused requests as too many",
      metric: measureTableThrottles(table),
      above: 0,
      periods: 2,
    },
    {
      id: "TableFailing",
      heading: "Table failing",
      sentence: "DynamoDB could not answer requests",
      metric: measureTableErrors(table),
      above: 0,
      periods: 2,
    },
    {
      id: "ManyRejected",
      heading: "Many rejected",
      sentence: "More than 20 % of the originals were rejected",
      metric: measureRejectedShare(service),
      above: 20,
      periods: 3,
    },
    ...webhooks.map(({ name, deadLetters }) => ({
      id: `Webhook-${name}-`,
      heading: "Webhook given up",
      sentence: `Events for ${name} were given up and wait in its dead-letter queue`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: PERIOD,
      }),
      above: 0,
      periods: 1,
    })),
    ...(api ? [createApiAlarm("ApiFailures", "the API", api)] : []),
    ...(pageApi ? [createApiAlarm("PageApiFailures", "the dashboard's API", pageApi)] : []),
    ...(distribution
      ? [
          {
            id: "CdnFailures",
            heading: "CDN failures",
            sentence: "More than 1 % of CloudFront's answers were 5xx",
            metric: measureCdnFailures(distribution),
            above: 1,
            periods: 2,
            global: true as const,
          },
        ]
      : []),
    ...(invalidations
      ? [
          {
            id: "OldestInvalidation",
            heading: "Oldest invalidation",
            sentence: "A path has been waiting for more than an hour to be invalidated at CloudFront",
            metric: measureOldestInvalidation(invalidations, service),
            above: 3_600,
            periods: 1,
          },
        ]
      : []),
    ...(reconcile
      ? [
          {
            id: "ReconcileFailed",
            heading: "Reconciling failed",
            sentence: "A scheduled comparison failed, or had no time to list all there is",
            metric: measureFailedRuns(reconcile, service),
            above: 0,
            periods: 1,
          },
        ]
      : []),
  ];
}

function createApiAlarm(id: string, whose: string, api: HttpApi): AlarmSpec {
  return {
    id,
    heading: "API failures",
    sentence: `More than 1 % of the answers of ${whose} were 5xx`,
    metric: measureApiFailures(api),
    above: 1,
    periods: 2,
  };
}

function listFunctionAlarms({ name, lambda, waits }: Monitored["functions"][number]): readonly AlarmSpec[] {
  const seconds = lambda.timeout?.toSeconds() ?? 0;
  return [
    {
      id: `${name}Errors`,
      heading: "Function errors",
      sentence: `More than 5 % of the invocations of ${name} failed`,
      metric: measureFailedShare(lambda),
      above: 5,
      periods: 2,
    },
    {
      id: `${name}Throttled`,
      heading: "Function throttled",
      sentence: `Lambda refused invocations of ${name} as too many`,
      metric: measureRefusedInvocations(lambda),
      above: 0,
      periods: 3,
    },
    ...(waits
      ? []
      : [
          {
            id: `${name}Slow`,
            heading: "Function slow",
            sentence: `5 % of the invocations of ${name} took more than 80 % of its ${seconds} seconds`,
            metric: measureSlowest(lambda),
            above: seconds * 800,
            periods: 3,
          },
        ]),
  ];
}
