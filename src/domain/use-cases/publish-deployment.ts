import type { CallOptions } from "../../ports/call-options.js";
import { checkDeployment, type Deployment, describeDeployment } from "../model/deployment.js";
import { NO_ENGINE_VERSION } from "../model/pipeline-status.js";
import type { Needs } from "./ports.js";

/** The ports that know by what this process settles images, and where others read it. */
export type DeploymentPorts = Needs<"config" | "engine" | "statuses" | "clock">;

/** The deployment that the images are compared with. */
export interface DeploymentOptions extends CallOptions {
  /** The deployment, from whoever knows it. Default: the one that was published last; where none was, any. */
  readonly deployment?: Deployment;
  /**
   * Whether the configuration and the engine at hand are the deployment's from now on, whatever was published: what changes
   * images publishes them. Without effect beside `deployment`. Default false: others than the published ones are refused.
   */
  readonly newDeployment?: boolean;
  /** The way out for whoever is refused, in a few words at the end of the error. Default: that of the library. */
  readonly remedy?: string;
}

/**
 * Publishes the configuration and the engine at hand as the deployment's. The last to do so wins, whatever its clock says. Does
 * nothing where there is no status store, and in a process without an engine.
 */
export async function publishDeployment(
  { config, engine, statuses, clock }: DeploymentPorts,
  { signal }: CallOptions = {},
): Promise<void> {
  if (statuses === undefined || engine.version === NO_ENGINE_VERSION) return;
  const last = await statuses.get("deployment", { signal });
  const now = clock().toISOString();
  // A clock that was ahead would otherwise have the last word until its time has come.
  const at = last !== undefined && last.at > now ? last.at : now;
  await statuses.put("deployment", { at, ...describeDeployment(config, engine.version) }, { signal });
}

/**
 * Throws `conflict` if the configuration or the engine at hand is not the deployment's. Where nobody has published one, as where
 * commands alone are used, any is.
 */
export async function assertDeployed(
  ports: DeploymentPorts,
  { deployment, newDeployment = false, remedy, signal }: DeploymentOptions = {},
): Promise<void> {
  const deployed =
    deployment ?? (newDeployment ? undefined : await ports.statuses?.get("deployment", { signal }));
  if (deployed) checkDeployment(describeDeployment(ports.config, ports.engine.version), deployed, remedy);
}
