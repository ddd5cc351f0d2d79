import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Monitored } from "./alarm-list.js";
import {
  CDN_REGION,
  measureApiFailures,
  measureCdnFailures,
  measureFailedShare,
  measurePipeline,
  measureRefusedInvocations,
  measureRejectedShare,
  measureSlowest,
  measureTableThrottles,
  PERIOD,
} from "./metrics.js";

/** One page: what came in, what waits, what fails, what is slow. */
export function createDashboard(scope: Construct, monitored: Monitored): Dashboard {
  const { queues, functions, table, service, api, distribution } = monitored;
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 });
  const visible = { statistic: Stats.MAXIMUM, period: PERIOD };
  const board = new Dashboard(scope, "Dashboard", { defaultInterval: Duration.days(1) });
  board.addWidgets(
    graph(
      "Images",
      (["processed", "rejected", "removed", "failed"] as const).map((name) => measurePipeline(name, service)),
    ),
    graph("Waiting", [
      queues.queue.metricApproximateNumberOfMessagesVisible(visible),
      queues.deadLetters.metricApproximateNumberOfMessagesVisible(visible),
    ]),
    graph("Oldest change, seconds", [queues.queue.metricApproximateAgeOfOldestMessage(visible)]),
    graph("Rejected, %", [measureRejectedShare(service)]),
    graph("Time to settle a change, ms", [
      measurePipeline("duration", service, Stats.percentile(50)),
      measurePipeline("duration", service, Stats.percentile(95)),
    ]),
    graph("Bytes", [measurePipeline("bytesIn", service), measurePipeline("bytesOut", service)]),
    graph(
      "Failed invocations, %",
      functions.map(({ lambda }) => measureFailedShare(lambda)),
    ),
    graph(
      "Slowest invocations, ms",
      functions.map(({ lambda }) => measureSlowest(lambda)),
    ),
    graph("Throttled", [
      measureTableThrottles(table),
      ...functions.map(({ lambda }) => measureRefusedInvocations(lambda)),
    ]),
    ...(api ? [graph("API 5xx, %", [measureApiFailures(api)])] : []),
    ...(distribution ? [graph("CDN 5xx, %", [measureCdnFailures(distribution, CDN_REGION)])] : []),
  );
  return board;
}
