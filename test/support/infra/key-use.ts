import type { IConstruct } from "constructs";
import type { LocalDeployment } from "./local-deployment.js";
import type { NeededAction } from "./wire-actions.js";

/** The actions that a service asks of the key in the caller's name. */
const USES: Readonly<Record<string, readonly string[]>> = {
  "s3:PutObject": ["kms:GenerateDataKey"],
  "s3:GetObject": ["kms:Decrypt"],
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  "dynamodb:GetItem": ["kms:Decrypt"],
  "dynamodb:BatchGetItem": ["kms:Decrypt"],
  "dynamodb:Scan": ["kms:Decrypt"],
  "dynamodb:DeleteItem": ["kms:Decrypt"],
  "dynamodb:Query": ["kms:Decrypt"],
  "dynamodb:PutItem": ["kms:Decrypt"],
  "dynamodb:BatchWriteItem": ["kms:Decrypt"],
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
};

/** The calls, and what each of them needs of the key under which, by the template, their bucket, table, queue or topic is. */
export function addKeyUse(
  { template, pipeline }: Pick<LocalDeployment, "template" | "pipeline">,
  calls: readonly NeededAction[],
): readonly NeededAction[] {
  const { originals, renditions, table, queue, deadLetterQueue, invalidationQueue, topic } = pipeline;
  const locked = [
    originals,
    renditions,
    table,
    queue,
    deadLetterQueue,
    ...(invalidationQueue ? [invalidationQueue] : []),
    ...(topic ? [topic] : []),
  ];
  const keys = locked.flatMap((one) => {
    const key = readKey(template.getConstructProperties(one));
    return key === undefined ? [] : [{ arn: readArn(template, one), key }];
  });
  return calls.flatMap((call) => {
    const under = keys.find(({ arn }) => call.resource === arn || call.resource.startsWith(`${arn}/`));
    const uses = (under && USES[call.action]) ?? [];
    return [call, ...uses.map((action) => ({ action, resource: String(under?.key) }))];
  });
}

/** A bucket and a table say it in one way, a queue and a topic in another; the topic's own key of SNS is nobody's to grant. */
function readKey(properties: Readonly<Record<string, unknown>>): string | undefined {
  const [, within] = /"KMSMasterKeyI[dD]":"([^"]+)"/.exec(JSON.stringify(properties)) ?? [];
  const key = within ?? properties.KmsMasterKeyId;
  return typeof key === "string" && !key.includes("alias/aws/") ? key : undefined;
}

function readArn(template: LocalDeployment["template"], construct: IConstruct): string {
  const id = template.getId(construct);
  const arn = String(template.follow({ "Fn::GetAtt": [id, "Arn"] }));
  // A topic is referred to by its ARN.
  return arn.startsWith("arn:") ? arn : String(template.follow({ Ref: id }));
}
