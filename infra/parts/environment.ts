import { Duration } from "aws-cdk-lib";
import { MAX_ATTEMPTS } from "../../src/domain/model/change.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import type { ApiAuthorization, SignedUrls } from "../image-pipeline-props.js";
import { scopesOf } from "./api-scopes.js";
import type { Cdn } from "./cdn.js";
import type { Resources } from "./roles.js";

/** What the functions are told about their deployment. Secrets are not among it: of a key, its ARN is told. */
export interface Environments {
  /** For the function that renders. */
  readonly process: Readonly<Record<string, string>>;
  /** For the one that answers requests which only look. */
  readonly read: Readonly<Record<string, string>>;
  /** For the one that answers requests which change something, and tells of it. */
  readonly write: Readonly<Record<string, string>>;
}

/** What a deployment decides beside its resources. */
export interface Decisions {
  /** What metrics, logs and traces are found under. */
  readonly service: string;
  readonly authorization: ApiAuthorization;
  readonly cdn?: Cdn;
  readonly signedUrls?: SignedUrls;
}

/** The variables of all functions, by the names that they themselves read. */
export function environments(
  { originals, renditions, table, queue, topic }: Resources,
  { service, authorization, cdn, signedUrls }: Decisions,
): Environments {
  const all = {
    [VARIABLES.originals]: originals.bucketName,
    [VARIABLES.renditions]: renditions.bucketName,
    [VARIABLES.table]: table.tableName,
    [VARIABLES.queueUrl]: queue.queueUrl,
    [VARIABLES.maxAttempts]: String(MAX_ATTEMPTS),
    ...(cdn && { [VARIABLES.cdnDomain]: cdn.domain }),
    ...(cdn?.keyPairId && signedUrls && signing(cdn.keyPairId, signedUrls)),
    // Powertools' own: metrics of two deployments in one account stay apart.
    POWERTOOLS_SERVICE_NAME: service,
  };
  const told = { ...(topic && { [VARIABLES.topicArn]: topic.topicArn }) };
  const process = {
    ...all,
    ...told,
    ...(cdn && { [VARIABLES.distributionId]: cdn.distribution.distributionId }),
  };
  const read = { ...all, ...allowing(authorization) };
  return { read, write: { ...read, ...told }, process };
}

/** The gateway has let in whom it knows; what it says about them is judged by the functions once more. */
function allowing(authorization: ApiAuthorization): Readonly<Record<string, string>> {
  if (authorization.type === "open") return { [VARIABLES.openTo]: "everybody" };
  if (authorization.type === "iam") return {};
  const { read, write } = scopesOf(authorization);
  const { ownerClaim } = authorization;
  return {
    [VARIABLES.readScope]: read,
    [VARIABLES.writeScope]: write,
    ...(ownerClaim !== undefined && { [VARIABLES.ownerClaim]: ownerClaim }),
  };
}

function signing(keyPairId: string, { privateKey, expiresIn = Duration.hours(1) }: SignedUrls) {
  return {
    [VARIABLES.signingKeyPairId]: keyPairId,
    [VARIABLES.signingSecretArn]: privateKey.secretArn,
    [VARIABLES.signedUrlSeconds]: String(expiresIn.toSeconds()),
  };
}
