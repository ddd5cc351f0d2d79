import { CfnRule } from "aws-cdk-lib/aws-events";
import { CfnEventInvokeConfig, CfnPermission, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { invalidInput } from "../../src/domain/model/errors.js";
import type { ReconcileProps } from "../props/reconcile-props.js";
import { acknowledge } from "./acknowledge.js";

/** Seconds for which Lambda keeps an invocation that has to wait: the next one comes by the schedule. */
const MAX_AGE_SECONDS = 60;

/**
 * Invokes the function that reconciles by a schedule, and never again after a failure: a run that failed is not repeated, since the
 * next one compares everything anew. Throws `invalid-input` for a schedule that is no expression, and for a rate that is none.
 */
export function createReconcileSchedule(
  scope: Construct,
  { schedule, rate }: ReconcileProps,
  reconcile: LambdaFunction,
): void {
  if (!/^(?:rate|cron)\(.+\)$/.test(schedule))
    throw invalidInput("an expression such as rate(1 day)", "reconcile.schedule", schedule);
  if (rate !== undefined && !(rate > 0 && rate <= MAX_RATE))
    throw invalidInput(`above 0 to ${MAX_RATE} requests a second`, "reconcile.rate", rate);
  const rule = new CfnRule(scope, "ReconcileSchedule", {
    description: "Compares all images with what should be",
    scheduleExpression: schedule,
    targets: [{ id: "Reconcile", arn: reconcile.functionArn, retryPolicy: { maximumRetryAttempts: 0 } }],
  });
  acknowledge(rule, "Serverless-EventBusDLQ", NO_REPEAT_REASON);
  new CfnPermission(scope, "AllowReconcileSchedule", {
    action: "lambda:InvokeFunction",
    functionName: reconcile.functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.attrArn,
  });
  const once = new CfnEventInvokeConfig(scope, "ReconcileOnce", {
    functionName: reconcile.functionName,
    qualifier: "$LATEST",
    maximumRetryAttempts: 0,
    maximumEventAgeInSeconds: MAX_AGE_SECONDS,
  });
  acknowledge(once, "Serverless-LambdaAsyncFailureDestination", NO_REPEAT_REASON);
}

const NO_REPEAT_REASON =
  "The next run comes by the schedule and compares everything anew; an alarm tells of one that failed.";

/** More than the function could send. */
const MAX_RATE = 1_000;
