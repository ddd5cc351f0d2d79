import { MAX_ATTEMPTS } from "../../domain/model/change.js";
import { SettingReader } from "./setting-reader.js";

/**
 * The environment variables of the functions, by what they hold. Whoever deploys the functions sets them by these
 * names. What is not here comes from Lambda itself (`AWS_REGION`, credentials) or from variables that the SDK reads
 * by its own (`AWS_ENDPOINT_URL_S3` and its like); the pipeline's configuration is a file in the bundle.
 */
export const VARIABLES = {
  /** The bucket that originals are uploaded to. Required. */
  originals: "SAFELIGHT_ORIGINALS_BUCKET",
  /** The bucket that renditions are written to; another one. Required. */
  renditions: "SAFELIGHT_RENDITIONS_BUCKET",
  /** The DynamoDB table of the records. Required. */
  table: "SAFELIGHT_TABLE",
  /** `yes` keeps a row of each image's name in the table, for searches. Left out: images cannot be searched by name. */
  searchByName: "SAFELIGHT_SEARCH_BY_NAME",
  /** The URL of the SQS queue of changes, which also takes requests. Required. */
  queueUrl: "SAFELIGHT_QUEUE_URL",
  /** The URL of the SQS queue of requests to tag later. Left out: they go to the queue of changes. */
  taggingQueueUrl: "SAFELIGHT_TAGGING_QUEUE_URL",
  /** The ARN of the SNS topic of events. Left out: events are not published. */
  topicArn: "SAFELIGHT_TOPIC_ARN",
  /** The host that renditions are fetched from, such as `images.example.com`. Left out: that of the bucket itself. */
  cdnDomain: "SAFELIGHT_CDN_DOMAIN",
  /** The URL of the SQS queue of paths to invalidate, for `process`. Left out: no CDN is in front of the renditions. */
  invalidationQueueUrl: "SAFELIGHT_INVALIDATION_QUEUE_URL",
  /** The id of the CloudFront distribution, for `invalidate`, which has no other settings. Required there. */
  distributionId: "SAFELIGHT_CDN_DISTRIBUTION_ID",
  /** The version of the engine that images are rendered by, for `reconcile`, which compares them with it. Required there. */
  engineVersion: "SAFELIGHT_ENGINE_VERSION",
  /** The most requests that `reconcile` sends in a second. Left out: 20. */
  reconcileRate: "SAFELIGHT_RECONCILE_RATE",
  /** The ARN of the function that reconciles, which `write` invokes when it is asked to. Left out: the API starts no run. */
  reconcileFunctionArn: "SAFELIGHT_RECONCILE_FUNCTION_ARN",
  /** `accept` if the CDN chooses by `Accept` of several formats. Left out: it has files alone. */
  negotiation: "SAFELIGHT_CDN_NEGOTIATION",
  /** The id of CloudFront's key pair for signed URLs; needs the secret as well. Left out: URLs are public. */
  signingKeyPairId: "SAFELIGHT_SIGNING_KEY_PAIR_ID",
  /**
   * The complete ARN of the Secrets Manager secret that is the private key (PEM); the key itself is never in a variable.
   * The function needs the right to read this secret.
   */
  signingSecretArn: "SAFELIGHT_SIGNING_SECRET_ARN",
  /** How long a signed URL is good, in seconds, 60 to 604,800. Left out: 3,600. */
  signedUrlSeconds: "SAFELIGHT_SIGNED_URL_SECONDS",
  /** How often the queue hands out a message before it goes to the dead-letter queue, 1 to 1,000. Left out: 5. */
  maxAttempts: "SAFELIGHT_MAX_ATTEMPTS",
  /** `direct` if S3 invokes `process` itself, so that the queue does not tell how much waits. Left out: S3 fills the queue. */
  trigger: "SAFELIGHT_TRIGGER",
  /** The configuration file, relative to the function's folder. Left out: `safelight.config.json` there, if it exists. */
  configFile: "SAFELIGHT_CONFIG_FILE",
  /** The scope that a JWT must have to read through the API. Left out: `safelight/read`. */
  readScope: "SAFELIGHT_READ_SCOPE",
  /** The scope that a JWT must have to write through the API. Left out: `safelight/write`. */
  writeScope: "SAFELIGHT_WRITE_SCOPE",
  /** The claim of a JWT that says who a caller is, for `uploads.owner: "caller"`. Left out: `sub`. */
  ownerClaim: "SAFELIGHT_OWNER_CLAIM",
  /** `owner` binds each caller with a JWT to the owner that its claim names. Left out: callers see every image. */
  boundTo: "SAFELIGHT_API_BOUND_TO",
  /** `everybody` lets everybody use the API, authorized or not. Left out: only who an authorizer of the gateway let in. */
  openTo: "SAFELIGHT_API_OPEN_TO",
} as const;

/** The settings of a deployment. */
export interface Settings {
  readonly originals: string;
  readonly renditions: string;
  readonly table: string;
  readonly searchByName: boolean;
  readonly queueUrl: string;
  readonly taggingQueueUrl?: string;
  readonly topicArn?: string;
  readonly cdnDomain?: string;
  /** Whether the CDN chooses by `Accept`. */
  readonly negotiates: boolean;
  readonly invalidationQueueUrl?: string;
  /** How URLs of renditions are signed; absent: they are public. */
  readonly signing?: { readonly keyPairId: string; readonly secretArn: string; readonly seconds: number };
  readonly maxAttempts: number;
  /** Whether S3 invokes `process` itself. */
  readonly direct: boolean;
  readonly configFile?: string;
  /** Who may use the API. */
  readonly api: ApiSettings;
}

/** Who may use the API. */
export interface ApiSettings {
  readonly scopes: { readonly read: string; readonly write: string };
  /** The claim of a token that says whose an upload is. */
  readonly ownerClaim: string;
  /** Whether whoever comes with a token is bound to that owner. */
  readonly bound: boolean;
  readonly open: boolean;
  /** The function that reconciles; absent: the API starts no run. */
  readonly reconcileFunctionArn?: string;
}

/** The scopes that a token needs where the variables name no others. */
export const DEFAULT_SCOPES = { read: "safelight/read", write: "safelight/write" } as const;

/** The claim that says who a caller is where the variables name no other: it is in every token. */
export const DEFAULT_OWNER_CLAIM = "sub";

/**
 * Reads the variables of {@link VARIABLES}; an empty one is as if it were not there. Throws one `invalid-input` that
 * names every variable that is missing or wrong. Written by hand, since loading zod alone would make a cold start
 * longer by a tenth.
 */
export function readSettings(variables: NodeJS.ProcessEnv = process.env): Settings {
  const reader = new SettingReader(variables);
  const settings = collectSettings(reader);
  reader.throwErrors("the function's environment");
  return settings;
}

/** Has `reader` read the variables of {@link VARIABLES}, and leaves it to the caller to throw what it found wrong. */
export function collectSettings(reader: SettingReader): Settings {
  const settings = {
    originals: reader.readRequired(VARIABLES.originals, "the name of a bucket", BUCKET),
    renditions: reader.readRequired(VARIABLES.renditions, "the name of a bucket", BUCKET),
    table: reader.readRequired(VARIABLES.table, "the name of a table", /^[\w.-]{3,255}$/),
    searchByName: reader.readOptional(VARIABLES.searchByName, "yes, or nothing,", /^yes$/) !== undefined,
    queueUrl: reader.readRequired(VARIABLES.queueUrl, "the URL of a queue", QUEUE),
    taggingQueueUrl: reader.readOptional(VARIABLES.taggingQueueUrl, "the URL of a queue", QUEUE),
    topicArn: reader.readOptional(VARIABLES.topicArn, "the ARN of a topic", ARN),
    cdnDomain: reader.readOptional(VARIABLES.cdnDomain, "a host without https://", /^[\w.-]+(?::\d+)?$/),
    negotiates: reader.readOptional(VARIABLES.negotiation, "accept, or nothing,", /^accept$/) !== undefined,
    invalidationQueueUrl: reader.readOptional(VARIABLES.invalidationQueueUrl, "the URL of a queue", QUEUE),
    maxAttempts: reader.readInteger(VARIABLES.maxAttempts, [1, 1_000], MAX_ATTEMPTS),
    direct: reader.readOptional(VARIABLES.trigger, "direct, or nothing,", /^direct$/) !== undefined,
    configFile: reader.readOptional(VARIABLES.configFile, "the path of a file", /./),
    api: {
      scopes: {
        read: reader.readOptional(VARIABLES.readScope, "a scope", /./) ?? DEFAULT_SCOPES.read,
        write: reader.readOptional(VARIABLES.writeScope, "a scope", /./) ?? DEFAULT_SCOPES.write,
      },
      ownerClaim:
        reader.readOptional(VARIABLES.ownerClaim, "the name of a claim", /./) ?? DEFAULT_OWNER_CLAIM,
      bound: reader.readOptional(VARIABLES.boundTo, "owner, or nothing,", /^owner$/) !== undefined,
      open: reader.readOptional(VARIABLES.openTo, "everybody, or nothing,", /^everybody$/) !== undefined,
      reconcileFunctionArn: reader.readOptional(
        VARIABLES.reconcileFunctionArn,
        "the ARN of a function",
        FUNCTION_ARN,
      ),
    },
  };
  const signing = readSigning(reader);
  // Everybody is nobody's owner: images that were meant for one owner would be open to all.
  if (settings.api.bound && settings.api.open)
    reader.refuse(VARIABLES.boundTo, "nothing beside SAFELIGHT_API_OPEN_TO");
  return { ...settings, ...(signing && { signing }) };
}

/** Reads the id of the distribution for the function that invalidates, as {@link readSettings} reads the others. */
export function readDistributionId(variables: NodeJS.ProcessEnv = process.env): string {
  const reader = new SettingReader(variables);
  const id = reader.readRequired(VARIABLES.distributionId, "the id of a distribution", /^\w+$/);
  reader.throwErrors("the function's environment");
  return id;
}

/** The settings of the function that reconciles, beside those of all. */
export interface ReconcileSettings {
  readonly engineVersion: string;
  /** The most requests in a second. */
  readonly rate: number;
}

/** Reads what only the function that reconciles is told, as {@link readSettings} reads the others. */
export function readReconcileSettings(variables: NodeJS.ProcessEnv = process.env): ReconcileSettings {
  const reader = new SettingReader(variables);
  const engineVersion = reader.readRequired(VARIABLES.engineVersion, "the version of an engine", /./);
  const rate = reader.readOptional(VARIABLES.reconcileRate, "a number above 0", /^(?=.*[1-9])\d+(?:\.\d+)?$/);
  reader.throwErrors("the function's environment");
  return { engineVersion, rate: Number(rate ?? DEFAULT_RATE) };
}

/** Requests a second that the process function settles at its ease beside uploads. */
const DEFAULT_RATE = 20;

/** The names that a bucket may have. */
export const BUCKET = /^[a-z0-9][a-z0-9.-]+$/;
const QUEUE = /^https?:\/\/[^/]+\/./;
const ARN = /^arn:[^:]+:[^:]+:.+/;
const FUNCTION_ARN = /^arn:[^:]+:lambda:[^:]+:\d+:function:[\w-]+$/;

/** With half of it, URLs that were meant to end would be public: neither variable goes without the other. */
function readSigning(reader: SettingReader): Settings["signing"] {
  const { signingKeyPairId, signingSecretArn, signedUrlSeconds } = VARIABLES;
  const seconds = reader.readInteger(signedUrlSeconds, [60, 604_800], 3_600);
  if (!reader.has(signingKeyPairId) && !reader.has(signingSecretArn)) return undefined;
  const keyPairId = reader.readRequired(signingKeyPairId, "the id of a key pair", /^\w+$/);
  const secretArn = reader.readRequired(signingSecretArn, "the ARN of a secret", ARN);
  return { keyPairId, secretArn, seconds };
}
