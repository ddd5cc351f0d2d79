import { describe, expect, it } from "@jest/globals";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

describe("a pipeline with limits on what it may spend", () => {
  const synthesized = synthesize({
    spending: { maxWriteUnits: 500, maxReadUnits: 200, monthlyBudget: 50 },
    process: { reservedConcurrency: 25 },
    write: { reservedConcurrency: 10 },
    alarms: { emails: ["oncall@example.com"] },
  });
  const deployed = new DeployedTemplate(synthesized);

  it("has a table and indexes that take no more than so many units a second", () => {
    const limit = { MaxWriteRequestUnits: 500, MaxReadRequestUnits: 200 };
    const { OnDemandThroughput, GlobalSecondaryIndexes } = deployed.getConstructProperties(
      synthesized.pipeline.table,
    ) as { OnDemandThroughput: object; GlobalSecondaryIndexes: readonly { OnDemandThroughput: object }[] };
    expect(OnDemandThroughput).toEqual(limit);
    expect(GlobalSecondaryIndexes.map((index) => index.OnDemandThroughput)).toEqual([limit, limit]);
  });

  it("has functions that run only so often at a time", () => {
    const { process, read, write } = synthesized.pipeline.functions;
    const limits = [process, read, write].map(
      (lambda) => lambda && deployed.getConstructProperties(lambda).ReservedConcurrentExecutions,
    );
    expect(limits).toEqual([25, undefined, 10]);
  });

  it("has a budget that notifies those whom its alarms notify", () => {
    const subscribers = [{ SubscriptionType: "EMAIL", Address: "oncall@example.com" }];
    const threshold = { ComparisonOperator: "GREATER_THAN", ThresholdType: "PERCENTAGE" };
    expect(deployed.getOnly("AWS::Budgets::Budget")).toEqual({
      Budget: { BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: 50, Unit: "USD" } },
      NotificationsWithSubscribers: [
        {
          Notification: { ...threshold, NotificationType: "ACTUAL", Threshold: 80 },
          Subscribers: subscribers,
        },
        {
          Notification: { ...threshold, NotificationType: "FORECASTED", Threshold: 100 },
          Subscribers: subscribers,
        },
      ],
    });
  });

  it("is refused if nobody would hear of its budget", () => {
    expect(() => synthesize({ spending: { monthlyBudget: 50 } })).toThrow(
      "expected recipients in alarms.emails or alarms.topic for spending.monthlyBudget but received none",
    );
  });
});
