import { App, Stack, Tags } from "aws-cdk-lib";
import { readDeployments } from "./deployments.js";
import { ImagePipeline } from "./image-pipeline.js";

/*
 * The deployable app: one stack for each entry of a file, infra/deployments.json unless `-c deployments=PATH` names
 * another. `cdk deploy Safelight-development` deploys one of them.
 */
const app = new App();
const file: unknown = app.node.tryGetContext("deployments") ?? "infra/deployments.json";
for (const [name, { stackName, env, props }] of readDeployments(String(file))) {
  const protects = props.retention !== "development";
  const stack = new Stack(app, stackName, {
    description: "Safelight: uploaded images become renditions and records",
    terminationProtection: protects,
    ...(env && { env }),
  });
  new ImagePipeline(stack, "Images", props);
  Tags.of(stack).add("safelight:deployment", name);
}
