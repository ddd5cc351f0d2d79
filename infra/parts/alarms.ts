import { Aws, CfnCondition, Fn } from "aws-cdk-lib";
import { Alarm, type CfnAlarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { AlarmsProps } from "../props/alarms-props.js";
import { acknowledge } from "./acknowledge.js";
import type { AlarmSpec } from "./alarm-spec.js";
import { CDN_REGION } from "./metrics.js";
import { allow } from "./policies.js";

/** Makes the alarms; what says nothing is well, since nothing happens without uploads. */
export function createAlarms(
  scope: Construct,
  specs: readonly AlarmSpec[],
  { props, encryptionKey }: { readonly props: AlarmsProps; readonly encryptionKey?: IKey },
): readonly Alarm[] {
  const topic = resolveTopic(scope, props, encryptionKey);
  const alarms = specs.map(({ id, heading, sentence, metric, above, periods, global }) => {
    const alarm = new Alarm(scope, `${id}Alarm`, {
      alarmDescription: `${sentence}. What to do: docs/operating.md, "${heading}".`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (global) restrictToCdnRegion(scope, alarm);
    return alarm;
  });
  if (topic) for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
  return alarms;
}

/** An alarm watches metrics of its own region; elsewhere this one would be silent for ever, and look well. */
function restrictToCdnRegion(scope: Construct, alarm: Alarm): void {
  const condition = new CfnCondition(scope, "InCdnRegion", {
    expression: Fn.conditionEquals(Aws.REGION, CDN_REGION),
  });
  (alarm.node.defaultChild as CfnAlarm).cfnOptions.condition = condition;
}

function resolveTopic(scope: Construct, { topic, emails = [] }: AlarmsProps, key?: IKey): ITopic | undefined {
  if (!topic && emails.length === 0) return undefined;
  const used = topic ?? createAlarmTopic(scope, key);
  for (const email of emails) {
    const { node } = used.addSubscription(new EmailSubscription(email));
    if (node.scope)
      acknowledge(
        node.scope,
        "Serverless-SNSRedrivePolicy",
        "SNS tries a mail again by itself; the alarm's state stays.",
      );
  }
  return used;
}

function createAlarmTopic(scope: Construct, encryptionKey?: IKey): Topic {
  const topic = new Topic(scope, "Alarms", {
    enforceSSL: true,
    ...(encryptionKey && { masterKey: encryptionKey }),
  });
  const statement = allow("PublishAlarms", ["sns:Publish"], [topic.topicArn]);
  statement.addServicePrincipal("cloudwatch.amazonaws.com");
  statement.addCondition("StringEquals", { "aws:SourceAccount": Aws.ACCOUNT_ID });
  topic.addToResourcePolicy(statement);
  return topic;
}
