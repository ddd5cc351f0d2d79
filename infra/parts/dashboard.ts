import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Watched } from "./alarm-list.js";
import {
  apiFailures,
  CDN_REGION,
  cdnFailures,
  failedShare,
  ownMetric,
  PERIOD,
  refusedInvocations,
  rejectedShare,
  slowest,
  tableThrottles,
} from "./metrics.js";

/** One page: what came in, what waits, what fails, what is slow. */
export function dashboard(scope: Construct, watched: Watched): Dashboard {
  const { queues, functions, table, service, api, distribution } = watched;
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 });
  const visible = { statistic: Stats.MAXIMUM, period: PERIOD };
  const board = new Dashboard(scope, "Dashboard", { defaultInterval: Duration.days(1) });
  board.addWidgets(
    graph(
      "Images",
      (["processed", "rejected", "removed", "failed"] as const).map((name) => ownMetric(name, service)),
    ),
    graph("Waiting", [
      queues.queue.metricApproximateNumberOfMessagesVisible(visible),
      queues.deadLetters.metricApproximateNumberOfMessagesVisible(visible),
    ]),
    graph("Oldest change, seconds", [queues.queue.metricApproximateAgeOfOldestMessage(visible)]),
    graph("Rejected, %", [rejectedShare(service)]),
    graph("Time to settle a change, ms", [
      ownMetric("duration", service, Stats.percentile(50)),
      ownMetric("duration", service, Stats.percentile(95)),
    ]),
    graph("Bytes", [ownMetric("bytesIn", service), ownMetric("bytesOut", service)]),
    graph(
      "Failed invocations, %",
      functions.map(({ lambda }) => failedShare(lambda)),
    ),
    graph(
      "Slowest invocations, ms",
      functions.map(({ lambda }) => slowest(lambda)),
    ),
    graph("Throttled", [tableThrottles(table), ...functions.map(({ lambda }) => refusedInvocations(lambda))]),
    ...(api ? [graph("API 5xx, %", [apiFailures(api)])] : []),
    ...(distribution ? [graph("CDN 5xx, %", [cdnFailures(distribution, CDN_REGION)])] : []),
  );
  return board;
}
