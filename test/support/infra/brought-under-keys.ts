import type { Stack } from "aws-cdk-lib";
import { AttributeType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";

/** A bucket of renditions, a table and a topic of somebody else's, each under a KMS key of its own. */
export function createUnderOwnKeys(stack: Stack) {
  const createKey = (id: string) => new Key(stack, id, { enableKeyRotation: true });
  return {
    renditions: new Bucket(stack, "TheirRenditions", {
      encryption: BucketEncryption.KMS,
      encryptionKey: createKey("KeyOfRenditions"),
    }),
    table: new Table(stack, "TheirTable", {
      partitionKey: { name: "imageId", type: AttributeType.STRING },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: createKey("KeyOfTable"),
    }),
    notifications: { topic: new Topic(stack, "TheirTopic", { masterKey: createKey("KeyOfTopic") }) },
  };
}
