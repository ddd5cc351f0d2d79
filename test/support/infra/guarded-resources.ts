import type { Guarded } from "./guarded.js";
import { type Statement, toList, type Wish } from "./policy.js";
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
  const formatArn = (construct: Parameters<typeof template.getId>[0]) => `${template.getId(construct)}.Arn`;
  const readPolicy = (type: string, property: string, ref: string): readonly Statement[] =>
    template
      .listResources(type)
      .filter(({ properties }) => toList(properties[property]).some((one) => one === ref))
      .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement);
  return { template, pipeline, formatArn, readPolicy };
}

/** The queue of changes. */
export function guardQueue(props: Props): Guarded {
  const { pipeline, template, formatArn, readPolicy } = look(props);
  const resource = formatArn(pipeline.queue);
  const { BucketName } = template.getConstructProperties(pipeline.originals);
  const bucket = `arn:aws:s3:::${BucketName}`;
  const createSendWish = (who: string, context: Wish["context"]): Wish => ({
    who,
    action: "sqs:SendMessage",
    resource,
    ...(context && { context }),
  });
  return {
    statements: readPolicy("AWS::SQS::QueuePolicy", "Queues", template.getId(pipeline.queue)),
    allowed: [
      createSendWish(s3, { ...HERE, "aws:SourceArn": bucket }),
      { who: "role:write", action: "sqs:SendMessage", resource },
    ],
    refused: [
      createSendWish(s3, { ...ELSEWHERE, "aws:SourceArn": bucket }),
      createSendWish(s3, { ...HERE, "aws:SourceArn": "arn:aws:s3:::another" }),
      createSendWish("nobody", HERE),
      createSendWish("service:sns.amazonaws.com", { ...HERE, "aws:SourceArn": bucket }),
      { ...createSendWish(s3, { ...HERE, "aws:SourceArn": bucket }), action: "sqs:ReceiveMessage" },
      open("sqs:SendMessage", resource),
    ],
  };
}

/** The queue of the paths to invalidate, which roles alone may use. */
export function guardInvalidations(props: Props): Guarded {
  const { pipeline, template, formatArn, readPolicy } = look(props);
  const { invalidationQueue } = pipeline;
  if (!invalidationQueue) throw new Error("the pipeline invalidates nothing");
  const resource = formatArn(invalidationQueue);
  return {
    statements: readPolicy("AWS::SQS::QueuePolicy", "Queues", template.getId(invalidationQueue)),
    allowed: [{ who: "role:process", action: "sqs:SendMessage", resource }],
    refused: [
      { who: s3, action: "sqs:SendMessage", resource, context: HERE },
      { who: "nobody", action: "sqs:SendMessage", resource, context: HERE },
      open("sqs:SendMessage", resource),
      open("sqs:ReceiveMessage", resource),
    ],
  };
}

/** The bucket of the renditions. */
export function guardRenditions(props: Props): Guarded {
  const { pipeline, template, formatArn, readPolicy } = look(props);
  const bucket = formatArn(pipeline.renditions);
  const resource = `${bucket}/an/image.jpg`;
  const distribution = pipeline.distribution && template.getId(pipeline.distribution);
  const own = { "aws:SourceArn": `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/${distribution}` };
  const another = { "aws:SourceArn": `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/another` };
  return {
    statements: readPolicy("AWS::S3::BucketPolicy", "Bucket", template.getId(pipeline.renditions)),
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
export function guardOriginals(props: Props): Guarded {
  const { pipeline, template, formatArn, readPolicy } = look(props);
  const bucket = formatArn(pipeline.originals);
  const resource = `${bucket}/cat.jpg`;
  return {
    statements: readPolicy("AWS::S3::BucketPolicy", "Bucket", template.getId(pipeline.originals)),
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
export function guardEvents(props: Props): Guarded {
  const { pipeline, template, readPolicy } = look(props);
  if (!pipeline.topic) throw new Error("the pipeline has no topic");
  const resource = template.getId(pipeline.topic);
  return {
    statements: readPolicy("AWS::SNS::TopicPolicy", "Topics", resource),
    allowed: [{ who: "role:process", action: "sns:Publish", resource }],
    refused: [
      { who: "nobody", action: "sns:Publish", resource },
      { who: "service:cloudwatch.amazonaws.com", action: "sns:Publish", resource, context: HERE },
      open("sns:Publish", resource),
    ],
  };
}

/** The topic of alarms. */
export function guardAlarms(props: Props): Guarded {
  const { pipeline, template, readPolicy } = look(props);
  const resource = template.getId(pipeline.node.findChild("Alarms"));
  const cloudwatch = "service:cloudwatch.amazonaws.com";
  return {
    statements: readPolicy("AWS::SNS::TopicPolicy", "Topics", resource),
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
export function guardLogs(props: Props): Guarded {
  const { pipeline, template, formatArn, readPolicy } = look(props);
  const logs = pipeline.node.findChild("AccessLogs");
  const bucket = formatArn(logs);
  const put = (folder: string, of: string, account = HERE): Wish => ({
    who: "service:logging.s3.amazonaws.com",
    action: "s3:PutObject",
    resource: `${bucket}/${folder}/line`,
    context: { ...account, "aws:SourceArn": of },
  });
  const [originals, renditions] = [formatArn(pipeline.originals), formatArn(pipeline.renditions)];
  return {
    statements: readPolicy("AWS::S3::BucketPolicy", "Bucket", template.getId(logs)),
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
export function guardKey(props: Props): Guarded {
  const { template } = look(props);
  const { KeyPolicy } = template.getOnly("AWS::KMS::Key") as { KeyPolicy: { Statement: Statement[] } };
  const createKeyWish = (who: string, action: string, context: Wish["context"]): Wish => ({
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
      createKeyWish(s3, "kms:GenerateDataKey", HERE),
      createKeyWish(s3, "kms:Decrypt", HERE),
      createKeyWish("service:cloudwatch.amazonaws.com", "kms:Decrypt", HERE),
      createKeyWish("service:cloudwatch.amazonaws.com", "kms:GenerateDataKey", HERE),
      createKeyWish(cloudfront, "kms:Decrypt", distribution),
      { who: "account:admin", action: "kms:DescribeKey", resource: "key" },
    ],
    refused: [
      createKeyWish(s3, "kms:GenerateDataKey", ELSEWHERE),
      createKeyWish(s3, "kms:ScheduleKeyDeletion", HERE),
      createKeyWish(cloudfront, "kms:Decrypt", theirs),
      createKeyWish(cloudfront, "kms:ScheduleKeyDeletion", distribution),
      createKeyWish("nobody", "kms:Decrypt", HERE),
    ],
  };
}
