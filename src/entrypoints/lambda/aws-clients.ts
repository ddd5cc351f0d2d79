import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import type { AwsClients } from "../../adapters/aws/index.js";
import type { Environment } from "./environment.js";

/**
 * The clients of a function. Those of S3 and DynamoDB are there from the start, since every request needs them; the
 * others are loaded when something is first sent through them, and cost no cold start until then.
 */
export function awsClients(
  { distributionId }: Pick<Environment, "distributionId">,
  { tagging }: { readonly tagging: boolean },
): AwsClients {
  return {
    s3: new S3Client({}),
    dynamodb: new DynamoDBClient({}),
    sqs: onFirstUse(async () => new (await import("@aws-sdk/client-sqs")).SQSClient({})),
    sns: onFirstUse(async () => new (await import("@aws-sdk/client-sns")).SNSClient({})),
    ...(distributionId !== undefined && {
      cloudfront: onFirstUse(
        async () => new (await import("@aws-sdk/client-cloudfront")).CloudFrontClient({}),
      ),
    }),
    ...(tagging && {
      rekognition: onFirstUse(
        async () => new (await import("@aws-sdk/client-rekognition")).RekognitionClient({}),
      ),
    }),
  };
}

/** Something to send commands through. */
interface Sender {
  send(...request: unknown[]): Promise<unknown>;
}

/** A stand-in that makes the client with its first request and passes every request on. */
function onFirstUse<Client extends { send: unknown }>(make: () => Promise<Client>): Pick<Client, "send"> {
  let client: Promise<Client> | undefined;
  const send: Sender["send"] = async (...request) => {
    client ??= make();
    // The types of a client say which command has which answer, in more signatures than can be passed on one by one.
    return ((await client) as unknown as Sender).send(...request);
  };
  return { send } as unknown as Pick<Client, "send">;
}
