import { VARIABLES } from "./settings.js";

/**
 * The outputs of a stack that say where a pipeline keeps what it keeps, each with the variable of the functions that has the
 * same value. CDK begins their names with the construct's and ends them with digits.
 */
export const OUTPUT_VARIABLES = {
  OriginalsBucket: VARIABLES.originals,
  RenditionsBucket: VARIABLES.renditions,
  RecordsTable: VARIABLES.table,
  SearchByName: VARIABLES.searchByName,
  QueueUrl: VARIABLES.queueUrl,
  TaggingQueueUrl: VARIABLES.taggingQueueUrl,
  InvalidationQueueUrl: VARIABLES.invalidationQueueUrl,
  EventsTopic: VARIABLES.topicArn,
  RenditionsDomain: VARIABLES.cdnDomain,
  NegotiationBy: VARIABLES.negotiation,
  SigningKeyPairId: VARIABLES.signingKeyPairId,
  SigningSecretArn: VARIABLES.signingSecretArn,
  SignedUrlSeconds: VARIABLES.signedUrlSeconds,
} as const;

/** The outputs of a stack that say by what its pipeline settles images, by the fields of `Deployment`. */
export const DEPLOYMENT_OUTPUTS = {
  configuration: "ConfigurationDigest",
  engine: "EngineVersion",
  safelight: "SafelightVersion",
} as const;
