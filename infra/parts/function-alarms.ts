import type { AlarmSpec } from "./alarm-spec.js";
import { measureFailedShare, measureRefusedInvocations, measureSlowest } from "./metrics.js";
import type { Monitored } from "./monitored.js";

/** The alarms of one function. */
export function listFunctionAlarms({
  name,
  lambda,
  waits,
}: Monitored["functions"][number]): readonly AlarmSpec[] {
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
