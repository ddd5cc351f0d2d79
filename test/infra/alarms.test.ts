import { describe, expect, it } from "@jest/globals";
import { METRICS, METRICS_NAMESPACE } from "../../src/entrypoints/telemetry/metric-names.js";
import { CASES } from "../support/infra/cases.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";
import { readText } from "../support/repository.js";

/** An alarm as CloudFormation has it. */
interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Metric: { readonly Namespace: string; readonly MetricName: string };
      readonly Stat: string;
    };
  }[];
}

/** Every alarm: what it watches, the threshold, and how many periods of five minutes it waits. */
const EXPECTED: Readonly<
  Record<string, readonly [metric: string, above: number, periods: number, about: string]>
> = {
  DeadLetters: ["AWS/SQS ApproximateNumberOfMessagesVisible Maximum", 0, 1, "Dead letters"],
  NewDeadLetters: ["DIFF(waiting) of AWS/SQS ApproximateNumberOfMessagesVisible", 0, 1, "Dead letters"],
  UnreadableMessages: [`${METRICS_NAMESPACE} ${METRICS.unreadable} Sum`, 0, 1, "Unreadable messages"],
  ManyFailed: [
    "IF((FILL(failed, 0) + FILL(processed, 0)) >= 20, 100 * FILL(failed, 0) / (FILL(failed, 0) + FILL(processed, 0)), 0) of " +
      `${METRICS_NAMESPACE} ${METRICS.failed}, ${METRICS_NAMESPACE} ${METRICS.processed}`,
    20,
    2,
    "Many failed",
  ],
  TaggingFailed: [`${METRICS_NAMESPACE} ${METRICS.taggingFailed} Sum`, 0, 6, "Tagging failed"],
  OldestChange: ["AWS/SQS ApproximateAgeOfOldestMessage Maximum", 300, 2, "Oldest change"],
  DayOldChange: ["AWS/SQS ApproximateAgeOfOldestMessage Maximum", 86_400, 1, "Day-old change"],
  WeekOldDeadLetter: ["AWS/SQS ApproximateAgeOfOldestMessage Maximum", 604_800, 1, "Week-old dead letter"],
  ...listFunctionAlarms("Process"),
  ProcessSlow: ["AWS/Lambda Duration p95", 48_000, 3, "Function slow"],
  // How long these two take is up to callers, who may ask them to wait: slowness is no alarm.
  ...listFunctionAlarms("Read"),
  ...listFunctionAlarms("Write"),
  TableThrottled: [
    "FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0) + FILL(m5, 0) of " +
      "AWS/DynamoDB ReadThrottleEvents, AWS/DynamoDB WriteThrottleEvents",
    0,
    2,
    "Table throttled",
  ],
  TableFailing: [
    "FILL(e0, 0) + FILL(e1, 0) + FILL(e2, 0) + FILL(e3, 0) + FILL(e4, 0) of AWS/DynamoDB SystemErrors",
    0,
    2,
    "Table failing",
  ],
  ManyRejected: [
    "IF((FILL(rejected, 0) + FILL(processed, 0)) >= 20, 100 * FILL(rejected, 0) / (FILL(rejected, 0) + FILL(processed, 0)), 0) of " +
      `${METRICS_NAMESPACE} ${METRICS.processed}, ${METRICS_NAMESPACE} ${METRICS.rejected}`,
    20,
    3,
    "Many rejected",
  ],
  Webhookshop: ["AWS/SQS ApproximateNumberOfMessagesVisible Maximum", 0, 1, "Webhook given up"],
  ApiFailures: [
    "IF(requests >= 20, 100 * failed / requests, 0) of AWS/ApiGateway 5xx, AWS/ApiGateway Count",
    1,
    2,
    "API failures",
  ],
  CdnFailures: ["AWS/CloudFront 5xxErrorRate Average", 1, 2, "CDN failures"],
  OldestInvalidation: [
    "MAX([FILL(waiting, 0), FILL(refused, 0)]) of " +
      `AWS/SQS ApproximateAgeOfOldestMessage, ${METRICS_NAMESPACE} ${METRICS.invalidationAge}`,
    3_600,
    1,
    "Oldest invalidation",
  ],
  ReconcileFailed: [
    `FILL(errors, 0) + FILL(failed, 0) of AWS/Lambda Errors, ${METRICS_NAMESPACE} ${METRICS.reconcileFailed}`,
    0,
    1,
    "Reconciling failed",
  ],
};

function listFunctionAlarms(name: string) {
  const id = name.toLowerCase();
  const share = `100 * ${id}_errors / ${id}_invocations of AWS/Lambda Errors, AWS/Lambda Invocations`;
  return {
    [`${name}Errors`]: [share, 5, 2, "Function errors"],
    [`${name}Throttled`]: ["AWS/Lambda Throttles Sum", 0, 3, "Function throttled"],
  } as const;
}

const synthesized = synthesize({
  tagging: true,
  webhooks: { shop: { url: "https://shop.example/hooks" } },
  reconcile: { schedule: "rate(1 day)" },
});
const deployed = new DeployedTemplate(synthesized);
const alarms = new Map(
  deployed
    .listResources("AWS::CloudWatch::Alarm")
    .map(({ id, properties }) => [
      id.replace(/^Images|Alarm[0-9A-F]{8}$/g, ""),
      properties as unknown as AlarmProperties,
    ]),
);

function describeWatched({
  Metrics,
  Namespace,
  MetricName,
  Statistic,
  ExtendedStatistic,
}: AlarmProperties): string {
  if (!Metrics) return `${Namespace} ${MetricName} ${Statistic ?? ExtendedStatistic}`;
  const { Expression } = Metrics.find((one) => one.Expression !== undefined) ?? {};
  const [only] = Metrics;
  if (Expression === undefined && only?.MetricStat) {
    const { Metric, Stat } = only.MetricStat;
    return `${Metric.Namespace} ${Metric.MetricName} ${Stat}`;
  }
  const names = Metrics.flatMap(({ MetricStat }) =>
    MetricStat ? [`${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}`] : [],
  );
  return `${Expression} of ${[...new Set(names)].sort().join(", ")}`;
}

/** The text below a heading of the runbook, up to the next one. */
function readSection(about: string): string {
  const text = readText("docs/operating.md");
  return text.split(/^#+ /m).find((section) => section.startsWith(`${about}\n`)) ?? "";
}

it("the deployment has these alarms and no others", () => {
  expect([...alarms.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
});

it("the bill names how many alarms there are, and how many metrics they watch", () => {
  const byDefault = [...alarms].filter(
    ([name]) => !["TaggingFailed", "Webhookshop", "ReconcileFailed"].includes(name),
  );
  const metrics = byDefault.map(
    ([, { Metrics = [] }]) => Metrics.filter(({ MetricStat }) => MetricStat).length || 1,
  );
  const watched = metrics.reduce((sum, count) => sum + count, 0);
  const text = readText("docs/cost.md").replace(/\s+/g, " ");
  expect(text).toContain(`${byDefault.length} by default, which watch ${watched} metrics`);
});

describe.each(Object.entries(EXPECTED))("the alarm %s", (name, [metric, above, periods, about]) => {
  const alarm = alarms.get(name);

  it("compares its metric with its threshold, and treats missing data as healthy", () => {
    expect(alarm && describeWatched(alarm)).toBe(metric);
    expect(alarm).toMatchObject({
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: above,
      EvaluationPeriods: periods,
      TreatMissingData: "notBreaching",
    });
  });

  it("links its section of the runbook, which has its meaning, its diagnosis and its remedy", () => {
    expect(alarm?.AlarmDescription).toContain(`docs/operating.md, "${about}"`);
    const section = readSection(about);
    for (const part of ["**What it means.**", "**How to look.**", "**What to do.**"])
      expect(section).toContain(part);
  });
});

describe("the runbook", () => {
  it("has no section for an alarm that does not exist", () => {
    const [, chapter = ""] = readText("docs/operating.md").split(/^## The alarms$/m);
    const [alarmsOnly = ""] = chapter.split(/^## /m);
    const headings = [...alarmsOnly.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.sort()).toEqual(
      [...new Set(Object.values(EXPECTED).map(([, , , about]) => about))].sort(),
    );
  });

  it("moves dead letters back with one command that takes the stack's outputs", () => {
    const [, command] =
      /```sh\n(aws sqs start-message-move-task[^\n]+)\n```/.exec(readSection("Dead letters")) ?? [];
    expect(command).toBe(
      "aws sqs start-message-move-task --source-arn DeadLetterQueueArn --destination-arn QueueArn",
    );
    const outputs = Object.keys(synthesized.template.findOutputs("*"));
    for (const output of ["DeadLetterQueueArn", "QueueArn", "DeadLetterQueueUrl"])
      expect(outputs.some((id) => id.startsWith(`Images${output}`))).toBe(true);
  });
});

it("the share of rejections is that of this deployment: its functions count under the watched service", () => {
  const { Environment } = deployed.getConstructProperties(synthesized.pipeline.functions.process);
  const service = (Environment as { Variables: Record<string, string> }).Variables.POWERTOOLS_SERVICE_NAME;
  expect(JSON.stringify(alarms.get("ManyRejected")?.Metrics)).toContain(
    `{"Name":"service","Value":"${service}"}`,
  );
});

it("the alarm of the CDN is made in us-east-1 only, where its metric is", () => {
  synthesized.template.hasCondition("*", { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] });
  synthesized.template.hasResource("AWS::CloudWatch::Alarm", {
    Properties: { MetricName: "5xxErrorRate" },
    Condition: Object.keys(synthesized.template.findConditions("*"))[0],
  });
});

it("the dashboard shows everything that an alarm watches", () => {
  const { DashboardBody } = deployed.getOnly("AWS::CloudWatch::Dashboard");
  const shown = String(DashboardBody);
  for (const name of [
    "ApproximateNumberOfMessagesVisible",
    "ApproximateAgeOfOldestMessage",
    "Throttles",
    "5xx",
  ])
    expect(shown).toContain(`"${name}"`);
  for (const name of [
    "5xxErrorRate",
    "WriteThrottleEvents",
    METRICS.rejected,
    METRICS.processed,
    METRICS.duration,
    METRICS.invalidationAge,
    METRICS.differing,
    METRICS.reconciled,
  ])
    expect(shown).toContain(`"${name}"`);
});

it("a function with a longer timeout has a higher threshold for slowness", () => {
  const custom = new DeployedTemplate(synthesize(CASES.customized));
  const slow = custom.listResources("AWS::CloudWatch::Alarm").filter(({ id }) => id.includes("ProcessSlow"));
  expect(slow.map(({ properties }) => properties.Threshold)).toEqual([80_000]);
});
