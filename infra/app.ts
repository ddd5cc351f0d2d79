import { App, Stack, Tags } from "aws-cdk-lib";
import { importStores, readDeployments } from "./deployments.js";
import { ImagePipeline } from "./image-pipeline.js";

/*
 * The deployable app: one stack for each entry of a file, infra/deployments.json unless `-c deployments=PATH` names
 * another. `cdk deploy Safelight-development` deploys one of them. With `-c protect=false` none is protected against
 * termination, so that a first creation that fails can be repeated.
 */
const app = new App();
const file: unknown = app.node.tryGetContext("deployments") ?? "infra/deployments.json";
const protect = app.node.tryGetContext("protect") !== "false";
for (const [name, deployment] of readDeployments(String(file), { protect })) {
  const { stackName, terminationProtection, env, stores, props } = deployment;
  const stack = new Stack(app, stackName, {
    description: "Safelight: uploaded images become renditions and records",
    terminationProtection,
    ...(env && { env }),
  });
  const pipeline = new ImagePipeline(stack, "Images", { ...props, ...importStores(stack, stores) });
  // Whoever deploys it attaches the policy by hand to those who operate it.
  pipeline.grantOperate();
  Tags.of(stack).add("safelight:deployment", name);
}
