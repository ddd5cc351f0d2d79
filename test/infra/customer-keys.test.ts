import { describe, expect, it } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import { Alias, Key } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { createUnderOwnKeys } from "../support/infra/brought-under-keys.js";
import { CASES, PUBLIC_KEY } from "../support/infra/cases.js";
import { toList } from "../support/infra/policy.js";
import { readRoleStatements } from "../support/infra/role-statements.js";
import { type Props, synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

/** The uses of keys that each function is allowed, such as `Decrypt KeyOfTable`; keys without the digest of their ids. */
function listKeyUses(props: Props): Readonly<Record<string, readonly string[]>> {
  const synthesized = synthesize(props);
  const template = new DeployedTemplate(synthesized);
  const uses = Object.entries(synthesized.pipeline.functions).map(([name, lambda]) => {
    const { Role } = template.getConstructProperties(lambda);
    const all = readRoleStatements(template, String(Role)).flatMap(({ Action, Resource }) =>
      toList(Action).flatMap((action) => toList(Resource).map((resource) => `${action} ${resource}`)),
    );
    const ofKeys = all.filter((use) => use.startsWith("kms:"));
    return [name, ofKeys.map((use) => use.replace("kms:", "").replace(/[0-9A-F]{8}\.Arn$/, "")).sort()];
  });
  return Object.fromEntries(uses);
}

const ARN = "arn:aws:kms:eu-central-1:111122223333:key/";

describe("buckets, a table and a topic that were brought under keys of their own", () => {
  it("are used with their keys: readers decrypt, writers encrypt, and no function does more", () => {
    const uses = listKeyUses((stack) => ({
      ...createUnderOwnKeys(stack),
      originals: new Bucket(stack, "TheirOriginals", {
        encryption: BucketEncryption.KMS,
        encryptionKey: new Key(stack, "KeyOfOriginals"),
      }),
    }));
    const publishes = ["Decrypt KeyOfTopic", "GenerateDataKey KeyOfTopic"];
    expect(uses).toEqual({
      invalidate: [],
      process: [
        "Decrypt KeyOfOriginals",
        "Decrypt KeyOfTable",
        publishes[0],
        "GenerateDataKey KeyOfRenditions",
        publishes[1],
      ],
      read: ["Decrypt KeyOfTable"],
      write: [
        "Decrypt KeyOfOriginals",
        "Decrypt KeyOfTable",
        publishes[0],
        "GenerateDataKey KeyOfOriginals",
        publishes[1],
      ],
    });
  });

  it("are used with the keys in importedKeys where their constructs know none", () => {
    const importKey = (stack: Stack, name: string) => Key.fromKeyArn(stack, name, `${ARN}${name}`);
    const uses = listKeyUses((stack) => ({
      ...CASES.brought(stack),
      cdn: {
        signedUrls: {
          publicKey: PUBLIC_KEY,
          privateKey: Secret.fromSecretCompleteArn(
            stack,
            "PrivateKey",
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:images-AbCdEf",
          ),
        },
      },
      importedKeys: {
        originals: importKey(stack, "originals"),
        renditions: importKey(stack, "renditions"),
        table: importKey(stack, "table"),
        topic: importKey(stack, "topic"),
        privateKey: importKey(stack, "secret"),
      },
    }));
    expect(uses.process).toEqual([
      `Decrypt ${ARN}originals`,
      `Decrypt ${ARN}secret`,
      `Decrypt ${ARN}table`,
      `Decrypt ${ARN}topic`,
      `GenerateDataKey ${ARN}renditions`,
      `GenerateDataKey ${ARN}topic`,
    ]);
    expect(uses.read).toEqual([`Decrypt ${ARN}secret`, `Decrypt ${ARN}table`]);
  });

  it("need no right on a key that AWS manages", () => {
    const uses = listKeyUses((stack) => {
      const masterKey = Alias.fromAliasName(stack, "Managed", "alias/aws/sns");
      return { notifications: { topic: new Topic(stack, "TheirTopic", { masterKey }) } };
    });
    expect(uses).toEqual({ invalidate: [], process: [], read: [], write: [] });
  });

  it("are used with the key that an alias in the same app is of", () => {
    const uses = listKeyUses((stack) => {
      const masterKey = new Alias(stack, "Named", {
        aliasName: "topic",
        targetKey: new Key(stack, "KeyOfTopic"),
      });
      return { notifications: { topic: new Topic(stack, "TheirTopic", { masterKey }) }, api: false };
    });
    expect(uses.process).toEqual(["Decrypt KeyOfTopic", "GenerateDataKey KeyOfTopic"]);
  });
});

describe("synthesis refuses", () => {
  it("a key that is known by its alias alone, which no right can name", () => {
    const importAliases = (stack: Stack): ImagePipelineProps => {
      const masterKey = Alias.fromAliasName(stack, "Theirs", "alias/theirs");
      return { notifications: { topic: new Topic(stack, "TheirTopic", { masterKey }) } };
    };
    expect(() => synthesize(importAliases)).toThrow(
      'expected the ARN of the key for topic but received "alias/theirs"; pass it as importedKeys.topic',
    );
  });

  it("a key for what the pipeline creates itself, where it would be left unused", () => {
    const importUnusedKey = (stack: Stack): ImagePipelineProps => ({
      importedKeys: { table: Key.fromKeyArn(stack, "Theirs", `${ARN}theirs`) },
    });
    expect(() => synthesize(importUnusedKey)).toThrow(
      "expected importedKeys.table for something that you pass",
    );
    const createProps = (stack: Stack) => ({
      ...importUnusedKey(stack),
      table: Table.fromTableName(stack, "T", "T"),
    });
    expect(() => synthesize(createProps)).not.toThrow();
  });
});
