import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { IDistribution } from "aws-cdk-lib/aws-cloudfront";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { ChangeQueues } from "./change-queue.js";
import type { SubscribedWebhook } from "./webhooks.js";

/** The resources that alarms and dashboard monitor. */
export interface Monitored {
  readonly queues: ChangeQueues;
  readonly functions: readonly {
    readonly name: string;
    readonly lambda: LambdaFunction;
    /** How long it takes is up to its callers, who may ask it to wait. */
    readonly waits: boolean;
  }[];
  readonly table: ITable;
  readonly service: string;
  readonly webhooks: readonly SubscribedWebhook[];
  readonly api?: HttpApi;
  /** The API of the page, behind the distribution, whose own metrics are in another region than most stacks. */
  readonly pageApi?: HttpApi;
  readonly distribution?: IDistribution;
  /** The queue of the paths to invalidate. */
  readonly invalidations?: IQueue;
  /** The function that reconciles by a schedule. */
  readonly reconcile?: LambdaFunction;
}
