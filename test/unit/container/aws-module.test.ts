import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, expect, it } from "@jest/globals";
import { type AwsOptions, aws, RekognitionTagger, S3BlobStore } from "../../../src/adapters/aws/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";
import { awsModule } from "../../../src/entrypoints/container/aws-module.js";
import { compose, sharpModule } from "../../../src/entrypoints/container/index.js";
import { createClientOptions, NOWHERE } from "../../support/cloud/clients.js";

const clients = {
  s3: new S3Client(createClientOptions(NOWHERE)),
  dynamodb: new DynamoDBClient(createClientOptions(NOWHERE)),
  sqs: new SQSClient(createClientOptions(NOWHERE)),
  sns: new SNSClient(createClientOptions(NOWHERE)),
};
const rekognition = new RekognitionClient(createClientOptions(NOWHERE));

const options: AwsOptions = {
  clients,
  originals: "originals",
  renditions: "renditions",
  queueUrl: `${NOWHERE}/1/changes`,
  topicArn: "arn:aws:sns:eu-central-1:1:events",
  baseUrl: "https://images.example",
};

afterAll(() => {
  for (const client of [...Object.values(clients), rekognition]) client.destroy();
});

it("provides every port, and sends nothing before one is used", async () => {
  const { ports, close } = await compose(awsModule(options), sharpModule());
  expect(ports.originals).toBeInstanceOf(S3BlobStore);
  expect(ports.tagger).toBeUndefined();
  expect(await ports.urls.getUrl("a" as RenditionKey)).toBe("https://images.example/a");
  await expect(ports.records.get(deriveImageId("a"))).rejects.toMatchObject({ code: "unavailable" });
  await close();
});

it("provides a tagger where there is a client for it", async () => {
  const { ports } = await compose(
    awsModule({ ...options, clients: { ...clients, rekognition } }),
    sharpModule(),
  );
  expect(ports.tagger).toBeInstanceOf(RekognitionTagger);
});

it("refuses one bucket for originals and renditions", () => {
  expect(() => aws({ ...options, renditions: "originals" })).toThrow(
    expect.objectContaining({ code: "invalid-input" }),
  );
});
