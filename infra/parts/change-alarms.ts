import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmSpec } from "./alarm-spec.js";
import { measureNewMessages, measurePipeline, measureUnsettledShare, PERIOD } from "./metrics.js";
import type { Monitored } from "./monitored.js";

/** The alarms of changes that cannot be settled, or wait. */
export function listChangeAlarms({
  queues,
  service,
}: Pick<Monitored, "queues" | "service">): readonly AlarmSpec[] {
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
  ];
}
