import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import {
  CDN_REGION,
  measureApiFailures,
  measureCdnFailures,
  measureCdnRefusals,
  measureFailedShare,
  measureOldestInvalidation,
  measurePipeline,
  measureRefusedInvocations,
  measureRejectedShare,
  measureSlowest,
  measureTableThrottles,
  PERIOD,
} from "./metrics.js";
import type { Monitored } from "./monitored.js";

/** One page: what came in, what waits, what fails, what is slow. */
export function createMetricsBoard(scope: Construct, monitored: Monitored): Dashboard {
  const { queues, functions, table, service, api, pageApi, distribution, invalidations, reconcile } =
    monitored;
  const createGraph = (title: string, left: IMetric[]) =>
    new GraphWidget({ title, left, width: 8, height: 6 });
  const visible = { statistic: Stats.MAXIMUM, period: PERIOD };
  const board = new Dashboard(scope, "Dashboard", { defaultInterval: Duration.days(1) });
  board.addWidgets(
    createGraph(
      "Images",
      (["processed", "rejected", "removed", "failed", "taggingFailed"] as const).map((name) =>
        measurePipeline(name, service),
      ),
    ),
    createGraph("Waiting", [
      queues.queue.metricApproximateNumberOfMessagesVisible(visible),
      ...(queues.taggingQueue ? [queues.taggingQueue.metricApproximateNumberOfMessagesVisible(visible)] : []),
      queues.deadLetters.metricApproximateNumberOfMessagesVisible(visible),
    ]),
    createGraph("Oldest waiting, seconds", [
      queues.queue.metricApproximateAgeOfOldestMessage(visible),
      queues.deadLetters.metricApproximateAgeOfOldestMessage(visible),
      ...(invalidations ? [measureOldestInvalidation(invalidations, service)] : []),
    ]),
    createGraph("Rejected, %", [measureRejectedShare(service)]),
    createGraph("Time to settle a change, ms", [
      measurePipeline("duration", service, Stats.percentile(50)),
      measurePipeline("duration", service, Stats.percentile(95)),
    ]),
    createGraph("Bytes", [measurePipeline("bytesIn", service), measurePipeline("bytesOut", service)]),
    createGraph(
      "Failed invocations, %",
      functions.map(({ lambda }) => measureFailedShare(lambda)),
    ),
    createGraph(
      "Slowest invocations, ms",
      functions.map(({ lambda }) => measureSlowest(lambda)),
    ),
    createGraph("Throttled", [
      measureTableThrottles(table),
      ...functions.map(({ lambda }) => measureRefusedInvocations(lambda)),
    ]),
    ...(api ? [createGraph("API 5xx, %", [measureApiFailures(api)])] : []),
    ...(pageApi ? [createGraph("Dashboard's API 5xx, %", [measureApiFailures(pageApi)])] : []),
    ...(distribution
      ? [
          createGraph("CDN 5xx and 4xx, %", [
            measureCdnFailures(distribution, CDN_REGION),
            measureCdnRefusals(distribution, CDN_REGION),
          ]),
        ]
      : []),
    ...(reconcile
      ? [
          createGraph("Reconciling, images", [
            measurePipeline("differing", service),
            measurePipeline("reconciled", service),
          ]),
        ]
      : []),
    ...(invalidations ? [createGraph("Invalidated paths", [measurePipeline("invalidated", service)])] : []),
  );
  return board;
}
