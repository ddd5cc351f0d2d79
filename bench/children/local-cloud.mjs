/*
 * The local cloud of the tests as a process of its own, so that nobody pays for it: says the variables of a function,
 * and answers `{ key, file }` with the event by which Lambda is told of that upload.
 */
import "../../test/support/typescript-loader.mjs";
import { readFileSync } from "node:fs";

const { DeleteMessageCommand, ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
const { PutObjectCommand } = await import("@aws-sdk/client-s3");
const { startCloud } = await import("../../test/support/cloud/cloud.ts");
const { createVariables } = await import("../../test/support/lambda/deploy.ts");
const { createSqsEvent } = await import("../../test/support/lambda/event-source.ts");

const cloud = await startCloud();
const { s3, sqs } = cloud.clients;
const { originals: Bucket, queueUrl: QueueUrl } = cloud.options;

process.on("message", async ({ key, file }) => {
  await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: readFileSync(file) }));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["All"] }),
  );
  const [{ ReceiptHandle }] = Messages;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  process.send({ event: createSqsEvent(Messages) });
});
process.on("disconnect", () => process.exit());
process.send({ variables: createVariables(cloud) });
