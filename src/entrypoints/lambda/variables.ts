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
  /** The URL of the SQS queue of changes, to which asks are sent too. Required. */
  queueUrl: "SAFELIGHT_QUEUE_URL",
  /** The ARN of the SNS topic of events. Left out: nobody is told. */
  topicArn: "SAFELIGHT_TOPIC_ARN",
  /** The host that renditions are fetched from, such as `images.example.com`. Left out: that of the bucket itself. */
  cdnDomain: "SAFELIGHT_CDN_DOMAIN",
  /** The id of the CloudFront distribution. Left out: no cache is told to forget anything. */
  distributionId: "SAFELIGHT_CDN_DISTRIBUTION_ID",
  /** The id of CloudFront's key pair for signed URLs; needs the secret as well. Left out: URLs are public. */
  signingKeyPairId: "SAFELIGHT_SIGNING_KEY_PAIR_ID",
  /**
   * The ARN of the Secrets Manager secret that is the private key (PEM); the key itself is never in a variable. The
   * function needs the AWS Parameters and Secrets extension as a layer, and the right to read this secret.
   */
  signingSecretArn: "SAFELIGHT_SIGNING_SECRET_ARN",
  /** How long a signed URL is good, in seconds, 60 to 604,800. Left out: 3,600. */
  signedUrlSeconds: "SAFELIGHT_SIGNED_URL_SECONDS",
  /** How often the queue hands out a message before it goes to the dead-letter queue, 1 to 1,000. Left out: 5. */
  maxReceives: "SAFELIGHT_MAX_RECEIVES",
  /** The configuration file, relative to the function's folder. Left out: `safelight.config.json` there, if it exists. */
  configFile: "SAFELIGHT_CONFIG_FILE",
} as const;

/** The name of an environment variable of the functions. */
export type Variable = (typeof VARIABLES)[keyof typeof VARIABLES];
