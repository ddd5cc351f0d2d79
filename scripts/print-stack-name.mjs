import { readFileSync } from "node:fs";

// Prints the name of the stack of a deployment: node scripts/print-stack-name.mjs NAME [FILE]
const [name = "", file = "infra/deployments.json"] = process.argv.slice(2);
const deployments = JSON.parse(readFileSync(file, "utf8"));
if (!Object.hasOwn(deployments, name))
  throw new Error(`expected one of ${Object.keys(deployments).join(", ")} but received ${name}`);
console.log(deployments[name].stackName ?? `Safelight-${name}`);
