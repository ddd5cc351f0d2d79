import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { AlarmSpec } from "./alarm-spec.js";
import { measureApiFailures, measureCdnFailures, measureOldestInvalidation } from "./metrics.js";
import type { Monitored } from "./monitored.js";

/** The alarms of what clients ask: the APIs, and the CDN with what it is to forget. */
export function listServingAlarms({
  service,
  api,
  pageApi,
  distribution,
  invalidations,
}: Pick<Monitored, "service" | "api" | "pageApi" | "distribution" | "invalidations">): readonly AlarmSpec[] {
  return [
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
