import { CfnOutput } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Construct } from "constructs";
import type { Deployment } from "../../src/domain/model/deployment.js";
import { DEPLOYMENT_OUTPUTS, OUTPUT_VARIABLES } from "../../src/entrypoints/lambda/output-names.js";
import type { Cdn } from "./cdn.js";
import type { Dashboard } from "./dashboard.js";
import type { Environments } from "./environment.js";
import type { Resources } from "./roles.js";

/** The parts of a pipeline that outputs name. */
export interface NamedParts {
  readonly resources: Resources;
  readonly environments: Environments;
  readonly deployment: Deployment;
  readonly cdn?: Cdn | undefined;
  readonly api?: HttpApi | undefined;
  readonly dashboard?: Dashboard | undefined;
}

/** Adds the outputs of the stack, by which people and commands find what a pipeline is made of. */
export function addOutputs(scope: Construct, parts: NamedParts): void {
  const { resources, environments, deployment, cdn, api, dashboard } = parts;
  const { queue, taggingQueue, deadLetters } = resources;
  const outputs: Readonly<Record<string, string>> = {
    ...(api && { ApiUrl: api.apiEndpoint }),
    ...(dashboard && cdn && { DashboardUrl: `https://${cdn.domain}/` }),
    ...(dashboard?.userPool && { UserPoolId: dashboard.userPool.userPoolId }),
    QueueArn: queue.queueArn,
    ...(taggingQueue && { TaggingQueueArn: taggingQueue.queueArn }),
    DeadLetterQueueArn: deadLetters.queueArn,
    DeadLetterQueueUrl: deadLetters.queueUrl,
    ...listStoreOutputs(environments),
    ...listDeploymentOutputs(deployment),
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value });
}

/** Commands keep to what the function that renders is told. */
function listStoreOutputs({ process }: Environments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(OUTPUT_VARIABLES).flatMap(([name, variable]) => {
      const value = process[variable];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function listDeploymentOutputs(deployment: Deployment): Readonly<Record<string, string>> {
  const names = Object.entries(DEPLOYMENT_OUTPUTS) as [keyof Deployment, string][];
  return Object.fromEntries(names.map(([field, name]) => [name, deployment[field]]));
}
