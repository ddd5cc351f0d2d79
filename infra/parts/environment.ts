import { Duration } from "aws-cdk-lib";
import { MAX_ATTEMPTS } from "../../src/domain/model/change.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import type { ApiAuthorization } from "../props/api-props.js";
import type { SignedUrls } from "../props/cdn-props.js";
import { resolveScopes } from "./api-scopes.js";
import type { Cdn } from "./cdn.js";
import type { Resources } from "./roles.js";

/** The environment variables of each function. None holds a secret: a key is named by its ARN. */
export interface Environments {
  /** For the function that invalidates; without a CDN it has no use for them. */
  readonly invalidate: Readonly<Record<string, string>>;
  /** For the function that renders. */
  readonly process: Readonly<Record<string, string>>;
  /** For the function that reconciles. */
  readonly reconcile: Readonly<Record<string, string>>;
  /** For the function that answers requests that only read. */
  readonly read: Readonly<Record<string, string>>;
  /** For the function that answers requests that change something. */
  readonly write: Readonly<Record<string, string>>;
}

/** Settings of a deployment beside its resources. */
export interface DeploymentSettings {
  /** The service name of metrics, logs and traces. */
  readonly service: string;
  readonly authorization: ApiAuthorization;
  readonly searchByName: boolean;
  /** Whether S3 invokes the process function itself. */
  readonly direct: boolean;
  readonly cdn?: Cdn;
  readonly signedUrls?: SignedUrls;
  /** The version of the engine that renders. */
  readonly engineVersion: string;
  /** The most requests of reconciling in a second; absent: as the function has it. */
  readonly reconcileRate?: number;
}

/** Builds the variables of all functions, by the names that the functions read ({@link VARIABLES}). */
export function buildEnvironments(
  { originals, renditions, table, queue, taggingQueue, topic, invalidations }: Resources,
  {
    service,
    authorization,
    searchByName,
    direct,
    cdn,
    signedUrls,
    engineVersion,
    reconcileRate,
  }: DeploymentSettings,
): Environments {
  // Powertools' own: metrics of two deployments in one account stay apart.
  const common = { POWERTOOLS_SERVICE_NAME: service };
  const all = {
    [VARIABLES.originals]: originals.bucketName,
    [VARIABLES.renditions]: renditions.bucketName,
    [VARIABLES.table]: table.tableName,
    ...(searchByName && { [VARIABLES.searchByName]: "yes" }),
    [VARIABLES.queueUrl]: queue.queueUrl,
    [VARIABLES.maxAttempts]: String(MAX_ATTEMPTS),
    // The bucket's own host ends otherwise in some partitions.
    [VARIABLES.cdnDomain]: cdn?.domain ?? renditions.bucketRegionalDomainName,
    ...(cdn?.negotiates && { [VARIABLES.negotiation]: "accept" }),
    ...(cdn?.keyPairId && signedUrls && buildSigningVariables(cdn.keyPairId, signedUrls)),
    ...common,
  };
  const topicVariables = { ...(topic && { [VARIABLES.topicArn]: topic.topicArn }) };
  const taggingVariables = { ...(taggingQueue && { [VARIABLES.taggingQueueUrl]: taggingQueue.queueUrl }) };
  const process = {
    ...all,
    ...topicVariables,
    ...taggingVariables,
    ...(invalidations && { [VARIABLES.invalidationQueueUrl]: invalidations.queueUrl }),
  };
  const invalidate = {
    ...common,
    ...(cdn && { [VARIABLES.distributionId]: cdn.distribution.distributionId }),
  };
  const api = { ...all, ...buildAuthorizationVariables(authorization) };
  // How much waits is told by what S3 sends to the queue, if it does.
  const read = { ...api, ...(direct ? { [VARIABLES.trigger]: "direct" } : taggingVariables) };
  const reconcile = {
    ...all,
    ...topicVariables,
    ...(invalidations && { [VARIABLES.invalidationQueueUrl]: invalidations.queueUrl }),
    [VARIABLES.engineVersion]: engineVersion,
    ...(reconcileRate !== undefined && { [VARIABLES.reconcileRate]: String(reconcileRate) }),
  };
  return { invalidate, process, reconcile, read, write: { ...api, ...topicVariables } };
}

/** The gateway authenticates callers; the functions check its claims once more. */
function buildAuthorizationVariables(authorization: ApiAuthorization): Readonly<Record<string, string>> {
  if (authorization.type === "open") return { [VARIABLES.openTo]: "everybody" };
  if (authorization.type === "iam") return {};
  const { read, write } = resolveScopes(authorization);
  const { ownerClaim, boundToOwner = false } = authorization;
  return {
    [VARIABLES.readScope]: read,
    [VARIABLES.writeScope]: write,
    ...(boundToOwner && { [VARIABLES.boundTo]: "owner" }),
    ...(ownerClaim !== undefined && { [VARIABLES.ownerClaim]: ownerClaim }),
  };
}

function buildSigningVariables(keyPairId: string, { privateKey, expiresIn = Duration.hours(1) }: SignedUrls) {
  return {
    [VARIABLES.signingKeyPairId]: keyPairId,
    [VARIABLES.signingSecretArn]: privateKey.secretArn,
    [VARIABLES.signedUrlSeconds]: String(expiresIn.toSeconds()),
  };
}
