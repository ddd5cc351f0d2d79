import { Aws } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { allow } from "./policies.js";

/**
 * Lets the services use your key that put something into what it locks: S3 its notifications into the queue,
 * CloudWatch its alarms into the topic, and SNS what no webhook took into its dead-letter queue. Nothing happens for a key that is not made in the same app: do it there.
 */
export function grantServicePrincipals(key: IKey, { webhooks }: { readonly webhooks: boolean }): void {
  const statement = allow("UseKeyAsService", ["kms:Decrypt", "kms:GenerateDataKey"], ["*"]);
  for (const service of ["s3", "cloudwatch", ...(webhooks ? ["sns"] : [])])
    statement.addPrincipals(new ServicePrincipal(`${service}.amazonaws.com`));
  statement.addCondition("StringEquals", { "aws:SourceAccount": Aws.ACCOUNT_ID });
  key.addToResourcePolicy(statement, true);
}
