import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmSpec } from "./alarm-spec.js";
import { listChangeAlarms } from "./change-alarms.js";
import { listFunctionAlarms } from "./function-alarms.js";
import {
  measureFailedRuns,
  measureRejectedShare,
  measureTableErrors,
  measureTableThrottles,
  PERIOD,
} from "./metrics.js";
import type { Monitored } from "./monitored.js";
import { listServingAlarms } from "./serving-alarms.js";

/** Every alarm of a pipeline: few, and each one needs action. */
export function listAlarms(monitored: Monitored): readonly AlarmSpec[] {
  const { functions, table, service, webhooks, reconcile } = monitored;
  return [
    ...listChangeAlarms(monitored),
    ...functions.flatMap((one) => listFunctionAlarms(one)),
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
    ...listServingAlarms(monitored),
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
