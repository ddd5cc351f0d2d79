import type { IKey } from "aws-cdk-lib/aws-kms";
import { Alias } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

/** The topic of events. It takes nothing over an open connection. */
export function createEventTopic(
  scope: Construct,
  { encryptionKey }: { readonly encryptionKey?: IKey },
): ITopic {
  return new Topic(scope, "Events", {
    enforceSSL: true,
    masterKey: encryptionKey ?? Alias.fromAliasName(scope, "SnsKey", "alias/aws/sns"),
  });
}
