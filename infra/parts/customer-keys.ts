import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IAlias, IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { quote, SafelightError } from "../../src/domain/model/errors.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import type { ImportedKeys } from "../props/imported-keys.js";
import { allow } from "./policies.js";

/** Your KMS keys by what lies under them; absent where AWS manages the key. */
export interface CustomerKeys extends ImportedKeys {
  /** The key of all queues: they are always made here. */
  readonly queues?: IKey;
}

/** Actions with a key: `DECRYPT` for readers, `ENCRYPT` for writers, both for who sends to a queue or a topic. */
export const DECRYPT = ["kms:Decrypt"];
export const ENCRYPT = ["kms:GenerateDataKey"];
export const ENCRYPT_AND_DECRYPT = [...DECRYPT, ...ENCRYPT];

/** Actions with the keys, by what lies under them. DynamoDB decrypts the key of a table for readers and writers alike. */
export type KeyUses = { readonly [name in keyof CustomerKeys]?: readonly string[] };

/** Finds the keys that the pipeline's resources are under: those in `importedKeys`, and those that their constructs know. */
export function findCustomerKeys(
  { importedKeys = {}, originals, renditions, table, notifications, cdn, encryptionKey }: ImagePipelineProps,
  used: { readonly originals: IBucket; readonly renditions: IBucket; table: ITable; topic?: ITopic },
): CustomerKeys {
  const privateKey = cdn === false ? undefined : cdn?.signedUrls?.privateKey;
  const topic = notifications === false ? undefined : notifications?.topic;
  refuseUnused(importedKeys, { originals, renditions, table, topic, privateKey });
  const known: CustomerKeys = {
    originals: importedKeys.originals ?? used.originals.encryptionKey,
    renditions: importedKeys.renditions ?? used.renditions.encryptionKey,
    table: importedKeys.table ?? used.table.encryptionKey,
    topic: importedKeys.topic ?? used.topic?.masterKey,
    privateKey: importedKeys.privateKey ?? privateKey?.encryptionKey,
    queues: encryptionKey,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, key]: [string, IKey | undefined]) => {
      const own = key && toOwnKey(name, key);
      return own ? [[name, own]] : [];
    }),
  );
}

/** Allows the uses of those keys that there are: one statement for each key, whatever lies under it. */
export function listKeyStatements(keys: CustomerKeys, uses: KeyUses): readonly PolicyStatement[] {
  const byArn = new Map<string, { readonly names: string[]; readonly actions: Set<string> }>();
  for (const [name, actions] of Object.entries(uses) as [keyof CustomerKeys, readonly string[]][]) {
    const key = keys[name];
    if (!key) continue;
    const use = byArn.get(key.keyArn) ?? { names: [], actions: new Set() };
    byArn.set(key.keyArn, use);
    use.names.push(`${name[0]?.toUpperCase()}${name.slice(1)}`);
    for (const action of actions) use.actions.add(action);
  }
  return [...byArn].map(([arn, { names, actions }]) =>
    allow(`UseKeyOf${names.join("And")}`, [...actions].sort(), [arn]),
  );
}

/** A key that is not used for anything is a mistake: what is made here is under `encryptionKey`. */
function refuseUnused(keys: ImportedKeys, passed: { readonly [name in keyof ImportedKeys]: unknown }): void {
  for (const name of Object.keys(keys) as (keyof ImportedKeys)[])
    if (keys[name] && !passed[name])
      throw new SafelightError(
        "invalid-input",
        `expected importedKeys.${name} for something that you pass but received it for what the pipeline creates; ` +
          "pass encryptionKey for that",
      );
}

/** Anybody may use the keys that AWS manages; rights on another key are by its ARN, which its alias does not tell. */
function toOwnKey(name: string, key: IKey | IAlias): IKey | undefined {
  if (!("aliasName" in key)) return key;
  if (key.aliasName.startsWith("alias/aws/")) return undefined;
  try {
    return key.aliasTargetKey;
  } catch {
    throw new SafelightError(
      "invalid-input",
      `expected the ARN of the key for ${name} but received ${quote(key.aliasName)}; ` +
        `pass it as importedKeys.${name}, by Key.fromKeyArn`,
    );
  }
}
