import { CfnOutput } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { UserPool } from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import type { Cdn } from "./cdn.js";
import type { Dashboard } from "./dashboard.js";
import type { Resources } from "./roles.js";

/** The parts of a pipeline that outputs name. */
export interface NamedParts {
  readonly resources: Resources;
  readonly cdn?: Cdn | undefined;
  readonly api?: HttpApi | undefined;
  readonly dashboard?: Dashboard | undefined;
}

/** Adds the outputs of the stack, by which people and commands find what a pipeline is made of. */
export function addOutputs(scope: Construct, { resources, cdn, api, dashboard }: NamedParts): void {
  const { originals, renditions, table, queue, taggingQueue, deadLetters, invalidations, topic } = resources;
  const userPool: UserPool | undefined = dashboard?.userPool;
  const outputs = {
    ...(api && { ApiUrl: api.apiEndpoint }),
    ...(cdn && { RenditionsDomain: cdn.domain }),
    ...(dashboard && cdn && { DashboardUrl: `https://${cdn.domain}/` }),
    ...(userPool && { UserPoolId: userPool.userPoolId }),
    OriginalsBucket: originals.bucketName,
    RenditionsBucket: renditions.bucketName,
    RecordsTable: table.tableName,
    QueueArn: queue.queueArn,
    ...(taggingQueue && { TaggingQueueArn: taggingQueue.queueArn }),
    QueueUrl: queue.queueUrl,
    DeadLetterQueueArn: deadLetters.queueArn,
    DeadLetterQueueUrl: deadLetters.queueUrl,
    ...(invalidations && { InvalidationQueueUrl: invalidations.queueUrl }),
    ...(topic && { EventsTopic: topic.topicArn }),
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value });
}
