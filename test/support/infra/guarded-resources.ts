import type { Guarded } from "./guarded.js";
import { listed, type Statement, type Wish } from "./policy.js";
import { type Props, synthesize } from "./synthesize.js";
import { ACCOUNT_ID, DeployedTemplate } from "./template.js";

const HERE = { "aws:SourceAccount": ACCOUNT_ID };
const ELSEWHERE = { "aws:SourceAccount": "999999999999" };
const s3 = "service:s3.amazonaws.com";
const cloudfront = "service:cloudfront.amazonaws.com";

/** A request over an open connection, which nobody may send, whatever the role allows. */
function open(action: string, resource: string): Wish {
  return { who: "role:admin", action, resource, context: { "aws:SecureTransport": "false" } };
}

function look(props: Props) {
  const synthesized = synthesize(props);
  const template = new DeployedTemplate(synthesized);
  const { pipeline } = synthesized;
  const arn = (construct: Parameters<typeof template.idOf>[0]) => `${template.idOf(construct)}.Arn`;
  const policyOf = (type: string, property: string, ref: string): readonly Statement[] =>
    template
      .all(type)
      .filter(({ properties }) => listed(properties[property]).some((one) => one === ref))
      .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement);
  return { template, pipeline, arn, policyOf };
}

/** The queue of changes. */
export function queueOf(props: Props): Guarded {
  const { pipeline, template, arn, policyOf } = look(props);
  const resource = arn(pipeline.queue);
  const { BucketName } = template.of(pipeline.originals);
  const bucket = `arn:aws:s3:::${BucketName}`;
  const tell = (who: string, context: Wish["context"]): Wish => ({
    who,
    action: "sqs:SendMessage",
    resource,
    ...(context && { context }),
  });
  return {
    statements: policyOf("AWS::SQS::QueuePolicy", "Queues", template.idOf(pipeline.queue)),
    allowed: [
      tell(s3, { ...HERE, "aws:SourceArn": bucket }),
      { who: "role:write", action: "sqs:SendMessage", resource },
    ],
    refused: [
      tell(s3, { ...ELSEWHERE, "aws:SourceArn": bucket }),
      tell(s3, { ...HERE, "aws:SourceArn": "arn:aws:s3:::another" }),
      tell("nobody", HERE),
      tell("service:sns.amazonaws.com", { ...HERE, "aws:SourceArn": bucket }),
      { ...tell(s3, { ...HERE, "aws:SourceArn": bucket }), action: "sqs:ReceiveMessage" },
      open("sqs:SendMessage", resource),
    ],
  };
}

/** The bucket of the renditions. */
export function renditionsOf(props: Props): Guarded {
  const { pipeline, template, arn, policyOf } = look(props);
  const bucket = arn(pipeline.renditions);
  const resource = `${bucket}/an/image.jpg`;
  const distribution = pipeline.distribution && template.idOf(pipeline.distribution);
  const own = { "aws:SourceArn": `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/${distribution}` };
  const another = { "aws:SourceArn": `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/another` };
  return {
    statements: policyOf("AWS::S3::BucketPolicy", "Bucket", template.idOf(pipeline.renditions)),
    allowed: [
      { who: cloudfront, action: "s3:GetObject", resource, context: own },
      { who: "role:process", action: "s3:PutObject", resource },
    ],
    refused: [
      { who: cloudfront, action: "s3:GetObject", resource, context: another },
      { who: cloudfront, action: "s3:PutObject", resource, context: own },
      { who: cloudfront, action: "s3:ListBucket", resource: bucket, context: own },
      { who: "nobody", action: "s3:GetObject", resource },
      open("s3:GetObject", resource),
      open("s3:ListBucket", bucket),
      { who: "role:admin", action: "s3:GetObject", resource, context: { "s3:TlsVersion": "1.1" } },
      { who: "role:admin", action: "s3:ListBucket", resource: bucket, context: { "s3:TlsVersion": "1.1" } },
    ],
  };
}

/** The bucket of the originals. */
export function originalsOf(props: Props): Guarded {
  const { pipeline, template, arn, policyOf } = look(props);
  const bucket = arn(pipeline.originals);
  const resource = `${bucket}/cat.jpg`;
  return {
    statements: policyOf("AWS::S3::BucketPolicy", "Bucket", template.idOf(pipeline.originals)),
    allowed: [{ who: "role:write", action: "s3:PutObject", resource }],
    refused: [
      { who: cloudfront, action: "s3:GetObject", resource },
      { who: "nobody", action: "s3:PutObject", resource },
      open("s3:PutObject", resource),
      open("s3:ListBucket", bucket),
      { who: "role:admin", action: "s3:GetObject", resource, context: { "s3:TlsVersion": "1.1" } },
      { who: "role:admin", action: "s3:ListBucket", resource: bucket, context: { "s3:TlsVersion": "1.1" } },
    ],
  };
}

/** The topic of events. */
export function eventsOf(props: Props): Guarded {
  const { pipeline, template, policyOf } = look(props);
  if (!pipeline.topic) throw new Error("the pipeline has no topic");
  const resource = template.idOf(pipeline.topic);
  return {
    statements: policyOf("AWS::SNS::TopicPolicy", "Topics", resource),
    allowed: [{ who: "role:process", action: "sns:Publish", resource }],
    refused: [
      { who: "nobody", action: "sns:Publish", resource },
      { who: "service:cloudwatch.amazonaws.com", action: "sns:Publish", resource, context: HERE },
      open("sns:Publish", resource),
    ],
  };
}

/** The topic of alarms. */
export function alarmsOf(props: Props): Guarded {
  const { pipeline, template, policyOf } = look(props);
  const resource = template.idOf(pipeline.node.findChild("Alarms"));
  const cloudwatch = "service:cloudwatch.amazonaws.com";
  return {
    statements: policyOf("AWS::SNS::TopicPolicy", "Topics", resource),
    allowed: [{ who: cloudwatch, action: "sns:Publish", resource, context: HERE }],
    refused: [
      { who: cloudwatch, action: "sns:Publish", resource, context: ELSEWHERE },
      { who: cloudwatch, action: "sns:Subscribe", resource, context: HERE },
      { who: "nobody", action: "sns:Publish", resource, context: HERE },
      open("sns:Publish", resource),
    ],
  };
}

/** The bucket of the access logs. */
export function logsOf(props: Props): Guarded {
  const { pipeline, template, arn, policyOf } = look(props);
  const logs = pipeline.node.findChild("AccessLogs");
  const bucket = arn(logs);
  const put = (folder: string, of: string, account = HERE): Wish => ({
    who: "service:logging.s3.amazonaws.com",
    action: "s3:PutObject",
    resource: `${bucket}/${folder}/line`,
    context: { ...account, "aws:SourceArn": of },
  });
  const [originals, renditions] = [arn(pipeline.originals), arn(pipeline.renditions)];
  return {
    statements: policyOf("AWS::S3::BucketPolicy", "Bucket", template.idOf(logs)),
    allowed: [put("originals", originals), put("renditions", renditions)],
    refused: [
      put("originals", "arn:aws:s3:::another"),
      put("renditions", "arn:aws:s3:::another"),
      put("originals", originals, ELSEWHERE),
      put("renditions", renditions, ELSEWHERE),
      put("elsewhere", originals),
      put("elsewhere", renditions),
      { ...put("originals", originals), action: "s3:GetObject" },
      { ...put("renditions", renditions), action: "s3:GetObject" },
      { ...put("originals", originals), who: "nobody" },
      open("s3:GetObject", `${bucket}/originals/line`),
      open("s3:ListBucket", bucket),
      { who: "role:admin", action: "s3:ListBucket", resource: bucket, context: { "s3:TlsVersion": "1.1" } },
      {
        who: "role:admin",
        action: "s3:GetObject",
        resource: `${bucket}/x`,
        context: { "s3:TlsVersion": "1.1" },
      },
    ],
  };
}

/** The key that everything is under. */
export function keyOf(props: Props): Guarded {
  const { template } = look(props);
  const { KeyPolicy } = template.only("AWS::KMS::Key") as { KeyPolicy: { Statement: Statement[] } };
  const use = (who: string, action: string, context: Wish["context"]): Wish => ({
    who,
    action,
    resource: "key",
    ...(context && { context }),
  });
  const distribution = { "aws:SourceArn": `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/any` };
  const theirs = { "aws:SourceArn": "arn:aws:cloudfront::999999999999:distribution/any" };
  return {
    statements: KeyPolicy.Statement,
    allowed: [
      use(s3, "kms:GenerateDataKey", HERE),
      use(s3, "kms:Decrypt", HERE),
      use("service:cloudwatch.amazonaws.com", "kms:Decrypt", HERE),
      use("service:cloudwatch.amazonaws.com", "kms:GenerateDataKey", HERE),
      use(cloudfront, "kms:Decrypt", distribution),
      { who: "account:admin", action: "kms:DescribeKey", resource: "key" },
    ],
    refused: [
      use(s3, "kms:GenerateDataKey", ELSEWHERE),
      use(s3, "kms:ScheduleKeyDeletion", HERE),
      use(cloudfront, "kms:Decrypt", theirs),
      use(cloudfront, "kms:ScheduleKeyDeletion", distribution),
      use("nobody", "kms:Decrypt", HERE),
    ],
  };
}
