import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import type { AlarmsProps } from "../props/alarms-props.js";

/** Makes a monthly budget of the account that notifies the recipients of alarms. Throws `invalid-input` without any. */
export function createBudget(
  scope: Construct,
  { dollars, alarms = {} }: { readonly dollars: number; readonly alarms?: false | AlarmsProps | undefined },
): CfnBudget {
  const { emails = [], topic } = alarms || {};
  const subscribers = [
    ...emails.map((address) => ({ subscriptionType: "EMAIL", address })),
    ...(topic ? [{ subscriptionType: "SNS", address: topic.topicArn }] : []),
  ];
  if (subscribers.length === 0)
    throw new SafelightError(
      "invalid-input",
      "expected recipients in alarms.emails or alarms.topic for spending.monthlyBudget but received none",
    );
  const notify = (notificationType: string, threshold: number) => ({
    notification: {
      notificationType,
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
    },
    subscribers,
  });
  return new CfnBudget(scope, "Budget", {
    budget: {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: dollars, unit: "USD" },
    },
    notificationsWithSubscribers: [notify("ACTUAL", 80), notify("FORECASTED", 100)],
  });
}
