import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { loadDeployedConfiguration } from "../../../infra/configuration.js";
import { DEFAULT_CONFIG_FILE } from "../../../src/entrypoints/configuration/load-configuration.js";
import { startCloud } from "../cloud/cloud.js";
import { createEndpointVariables, listNeeded, startGates } from "./gated-function.js";
import { nameResources } from "./local-deployment.js";
import { startStack } from "./local-stack.js";
import { readRoleStatements } from "./role-statements.js";
import { startSecretsManager } from "./secrets-manager.js";
import { type Props, synthesize } from "./synthesize.js";
import { DeployedTemplate } from "./template.js";

/** The name of the stack on the local cloud. */
export const STACK = "images";

/**
 * Synthesizes a pipeline, and starts the local cloud as its template describes it, for somebody who may do what `grantOperate`
 * grants: every service is behind a gate of its own. `props` is told the public half of the key that the local secret holds.
 */
export async function startOperated(props: (publicKey: string) => Props) {
  const secrets = await startSecretsManager();
  let given: Parameters<typeof loadDeployedConfiguration> = [];
  let operator: Role | undefined;
  const synthesized = synthesize(
    (stack) => {
      const wanted = props(secrets.publicKey);
      const plain = typeof wanted === "function" ? wanted(stack) : wanted;
      given = [plain.configuration, plain.tagging];
      return plain;
    },
    {
      stackProps: { stackName: STACK },
      use: (pipeline) => {
        const assumedBy = new ServicePrincipal("ec2.amazonaws.com");
        operator = new Role(Stack.of(pipeline), "Somebody", { assumedBy });
        pipeline.grantOperate(operator);
      },
    },
  );
  if (!operator) throw new Error("nobody was granted anything");
  const { pipeline } = synthesized;
  const { BucketName } = new DeployedTemplate(synthesized).getConstructProperties(pipeline.originals);
  const cloud = await startCloud({ originals: String(BucketName), scans: true });
  const template = new DeployedTemplate(synthesized, nameResources(cloud, pipeline));
  const outputs = template.listOutputs();
  const stacks = await startStack(STACK, outputs);
  const { s3, dynamodb, sqs, sns } = cloud.endpoints;
  const gates = await startGates({
    S3: s3,
    DYNAMODB: dynamodb,
    SQS: sqs,
    SNS: sns,
    CLOUDFORMATION: stacks.endpoint,
    SECRETS_MANAGER: secrets.endpoint,
  });
  const findOutput = (name: string) =>
    Object.entries(outputs).find(([key]) => new RegExp(`^Images${name}[0-9A-F]{8}$`).test(key))?.[1];
  return {
    cloud,
    pipeline,
    template,
    findOutput,
    /** The text of the configuration that the functions have. */
    configuration: String(loadDeployedConfiguration(...given).files.get(DEFAULT_CONFIG_FILE)),
    /** The environment of the command. */
    env: {
      ...createEndpointVariables(gates),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
    /** The statements that were granted, with all references followed. */
    statements: readRoleStatements(template, template.getId(operator)),
    /** Everything that had to be allowed so far. */
    needed: () => listNeeded(gates),
    async close(): Promise<void> {
      await Promise.all([...gates.values(), cloud, stacks, secrets].map((one) => one.close()));
    },
  };
}
