import type { Duration } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { PriceClass } from "aws-cdk-lib/aws-cloudfront";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Architecture } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IHostedZone } from "aws-cdk-lib/aws-route53";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { AssetInput } from "../src/domain/model/asset.js";
import type { ImageEventType } from "../src/domain/model/image-record.js";
import type { ConfigurationInput } from "../src/domain/model/pipeline-config.js";
import type { TaggingInput } from "./configuration.js";

/** Properties of an {@link ImagePipeline}. All are optional: the defaults make a complete and private pipeline. */
export interface ImagePipelineProps {
  /**
   * The Safelight configuration: the path of a `safelight.config.json`, or the object that such a file holds. Paths in it
   * are relative to the file, or to the working directory for an object. It is packaged with the code of each function.
   *
   * @default - the defaults of the configuration: `thumb` (200x200 JPEG) and `preview` (1280 wide WebP), no watermark
   */
  readonly configuration?: string | ConfigurationInput<string | AssetInput>;
  /**
   * Labels by Amazon Rekognition: `true`, or the settings of tagging. Overrides the configuration. AWS charges per image.
   *
   * @default - as in the configuration, which has no labels unless it names a provider
   */
  readonly tagging?: boolean | TaggingInput;
  /**
   * The bucket that originals are uploaded to. For a bucket of your own, CDK's notification resource adds the
   * notifications. It should be versioned, accept TLS only, and allow POST by CORS for uploads from browsers.
   *
   * @default - a private, encrypted, versioned bucket is created
   */
  readonly originals?: IBucket;
  /**
   * The bucket that renditions are written to; never the bucket of the originals. If you pass an imported bucket, its
   * policy must let the distribution read it.
   *
   * @default - a private, encrypted bucket is created
   */
  readonly renditions?: IBucket;
  /**
   * The table of the records: partition key `imageId`, and the indexes `listing` (`listingPartition`, `sortKey`) and
   * `listingByStatus` (`statusPartition`, `sortKey`). All keys are strings, and the indexes project keys only. Its
   * time-to-live attribute must be `deleteAfter`, or removed images leave a row for ever: CDK cannot turn that on for a
   * table that it does not create.
   *
   * @default - a table is created, billed per request, with point-in-time recovery
   */
  readonly table?: ITable;
  /**
   * Whether images can be searched by the beginning of their file name (`GET /images?name=`). It keeps one more small row
   * for each image in the table, two where images have owners; docs/cost.md says what that costs. Images that are there
   * already are found once they are processed again with `force`.
   *
   * @default false
   */
  readonly searchByName?: boolean;
  /**
   * Where S3 sends the changes of the originals: to the queue; directly to the process function, which tries three times
   * before the change goes to the dead-letter queue; or to EventBridge, and by a rule from there to the queue, which is
   * for a bucket that already notifies somebody of the same events. Requests always go through the queue.
   *
   * @default "queue"
   */
  readonly trigger?: "queue" | "direct" | "eventbridge";
  /**
   * The HTTP API and its two functions; `false` for none.
   *
   * @default - an API for callers that sign with IAM credentials
   */
  readonly api?: false | ApiProps;
  /**
   * The dashboard, a web page that people sign in to, at `/` of the distribution: `true` creates a Cognito user pool, to which
   * you add people; or the provider of OpenID Connect that they have already. The page has an HTTP API of its own, which takes
   * the tokens of that provider; who may use `api` is not changed. Needs the API and the CDN.
   *
   * @default false
   */
  readonly dashboard?: boolean | OpenIdProvider;
  /**
   * The CloudFront distribution of the renditions; `false` for none. Without it, URLs are those of the bucket and work
   * for whoever may read the bucket.
   *
   * @default - a distribution on CloudFront's own domain, with public URLs
   */
  readonly cdn?: false | CdnProps;
  /**
   * The SNS topic of events; `false` for none.
   *
   * @default - a topic is created
   */
  readonly notifications?: false | NotificationsProps;
  /**
   * Subscribers that SNS posts the events to, by name (a-z, 0-9, - and _). Each has a dead-letter queue with an alarm.
   *
   * @default - none
   */
  readonly webhooks?: Readonly<Record<string, WebhookProps>>;
  /**
   * The CloudWatch alarms; `false` for none.
   *
   * @default - all alarms, which notify nobody
   */
  readonly alarms?: false | AlarmsProps;
  /**
   * Limits on what the pipeline may spend.
   *
   * @default - those of the account
   */
  readonly spending?: SpendingProps;
  /**
   * Whether data outlives the stack: `"production"` retains it, protects the table against deletion and keeps deleted
   * data recoverable; `"development"` deletes it with the stack.
   *
   * @default "production"
   */
  readonly retention?: "production" | "development";
  /**
   * The size of the function that renders.
   *
   * @default - 1769 MB, which is one vCPU, and 60 seconds
   */
  readonly process?: FunctionSize;
  /**
   * The size of the function that answers requests that only read. A shorter timeout shortens what `Prefer: wait` waits.
   *
   * @default - 512 MB and 29 seconds, the time that the API waits
   */
  readonly read?: FunctionSize;
  /**
   * The size of the function that answers requests that change something. A shorter timeout shortens what
   * `Prefer: wait` waits.
   *
   * @default - 1024 MB and 29 seconds, the time that the API waits
   */
  readonly write?: FunctionSize;
  /**
   * How many images are rendered concurrently, 2 to 1,000.
   *
   * @default 20
   */
  readonly maxConcurrency?: number;
  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * Whether requests and renderings are traced with X-Ray.
   *
   * @default true
   */
  readonly tracing?: boolean;
  /**
   * Your KMS key for the buckets, queues and topics that the construct creates. Its policy is extended if CDK can change
   * it. The table has DynamoDB's own key unless you pass a table.
   *
   * @default - the keys that S3, SQS and SNS manage
   */
  readonly encryptionKey?: IKey;
  /**
   * The KMS keys of buckets, tables, topics and secrets that you pass and whose constructs do not know their keys, such as
   * `Bucket.fromBucketName`. Each function may use a key for what it does with the resource, and for nothing else.
   *
   * @default - the keys that the constructs know
   */
  readonly importedKeys?: ImportedKeys;
  /**
   * The processor architecture of the functions.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
  /**
   * The folder of the bundled functions.
   *
   * @default - the bundles in this package
   */
  readonly bundles?: string;
}

/** The KMS keys of resources that you pass. */
export interface ImportedKeys {
  /**
   * The key of `originals`.
   *
   * @default - the bucket's `encryptionKey`
   */
  readonly originals?: IKey;
  /**
   * The key of `renditions`. Its policy must let the distribution decrypt.
   *
   * @default - the bucket's `encryptionKey`
   */
  readonly renditions?: IKey;
  /**
   * The key of `table`.
   *
   * @default - the table's `encryptionKey`
   */
  readonly table?: IKey;
  /**
   * The key of the topic in `notifications`.
   *
   * @default - the topic's `masterKey`
   */
  readonly topic?: IKey;
  /**
   * The key of the secret in `cdn.signedUrls.privateKey`.
   *
   * @default - the secret's `encryptionKey`
   */
  readonly privateKey?: IKey;
}

/** The size of a function. */
export interface FunctionSize {
  /**
   * Memory in megabytes, 128 to 10,240. Lambda allots one vCPU per 1,769 MB.
   *
   * @default - depends on the function, see {@link ImagePipelineProps}
   */
  readonly memorySize?: number;
  /**
   * The time limit: at most 15 minutes, and 29 seconds for a function behind the API.
   *
   * @default - depends on the function, see {@link ImagePipelineProps}
   */
  readonly timeout?: Duration;
  /**
   * The most invocations at a time, which the account keeps for this function alone: a fuse for its costs. For `process`
   * it has to be at least `maxConcurrency` and that of tagging together. What is refused waits in the queue; callers of
   * the API get a 503.
   *
   * @default - as many as the account has
   */
  readonly reservedConcurrency?: number;
}

/** Limits on what a pipeline may spend. */
export interface SpendingProps {
  /**
   * The most write units a second that the created table and each of its indexes take; beyond, requests are refused and
   * changes wait. An image takes about 8.
   *
   * @default - as many as the account has
   */
  readonly maxWriteUnits?: number;
  /**
   * The most read units a second that the created table and each of its indexes take.
   *
   * @default - as many as the account has
   */
  readonly maxReadUnits?: number;
  /**
   * A monthly budget of the whole account in US dollars. The recipients of `alarms` are notified at 80 % of it, and when
   * AWS forecasts more than it. A topic of your own has to let AWS Budgets publish.
   *
   * @default - no budget
   */
  readonly monthlyBudget?: number;
}

/** Properties of the HTTP API. */
export interface ApiProps {
  /**
   * Who may use the API.
   *
   * @default { type: "iam" }
   */
  readonly authorization?: ApiAuthorization;
  /**
   * Limits of API Gateway: `rateLimit` in requests per second, and `burstLimit` in concurrent requests.
   *
   * @default { rateLimit: 100, burstLimit: 200 }
   */
  readonly throttling?: { readonly rateLimit?: number; readonly burstLimit?: number };
  /**
   * The web pages that may use the API and upload directly to the originals.
   *
   * @default - no page of another origin
   */
  readonly cors?: ApiCors;
}

/**
 * Who may use the API:
 *
 * - `iam`: callers that sign with IAM credentials and may invoke the API;
 * - `jwt`: callers with a token of `issuer` for one of `audience` that has the scope of the route, `safelight/read` or
 *   `safelight/write` unless `scopes` names others;
 * - `open`: everybody.
 *
 * `/health` and `/openapi.json` are always open.
 */
export type ApiAuthorization =
  | { readonly type: "iam" }
  | {
      readonly type: "jwt";
      readonly issuer: string;
      readonly audience: readonly string[];
      /**
       * The scopes that reading and writing require.
       *
       * @default { read: "safelight/read", write: "safelight/write" }
       */
      readonly scopes?: { readonly read?: string; readonly write?: string };
      /**
       * The claim that names the owner of an upload, with `uploads.owner: "caller"` in the configuration.
       *
       * @default "sub"
       */
      readonly ownerClaim?: string;
      /**
       * Binds each caller to the owner that the claim names: they list, see, edit, process and remove only that owner's
       * images, and a token without the claim is refused. Needs `uploads.owner` in the configuration.
       *
       * @default false
       */
      readonly boundToOwner?: boolean;
    }
  | { readonly type: "open" };

/** Access for web pages of other origins. */
export interface ApiCors {
  /** Origins such as `https://app.example`. */
  readonly origins: readonly string[];
  /**
   * How long a browser may cache the answer to a preflight request.
   *
   * @default Duration.minutes(10)
   */
  readonly maxAge?: Duration;
}

/**
 * A provider of OpenID Connect at which people sign in to the dashboard, by authorization code with PKCE. Its access tokens have
 * to be JWTs with the scopes that `api.authorization` names, by default `safelight/read` and `safelight/write`, and it has to
 * admit the page at `https://<the domain of the distribution>/`, also by CORS for its tokens.
 */
export interface OpenIdProvider {
  /** Its URL, below which it describes itself. */
  readonly issuer: string;
  /** The name of the page there: a public client, without a secret. */
  readonly clientId: string;
  /**
   * The audiences of its access tokens, any of which is enough.
   *
   * @default - `clientId`
   */
  readonly audience?: readonly string[];
  /**
   * The scopes that the page asks for beside `openid`, separated by spaces.
   *
   * @default - the scopes of reading and of writing
   */
  readonly scope?: string;
  /**
   * Origins other than that of `issuer` that hand out its tokens, such as `https://login.example`.
   *
   * @default - none
   */
  readonly origins?: readonly string[];
}

/** Properties of the CloudFront distribution. */
export interface CdnProps {
  /**
   * Your domain names; URLs have the first one. They need a certificate.
   *
   * @default - CloudFront's own domain
   */
  readonly domainNames?: readonly string[];
  /**
   * The certificate of the domain names, in us-east-1.
   *
   * @default - CloudFront's own certificate
   */
  readonly certificate?: ICertificate;
  /**
   * The Route 53 zone of the domain names, which gets their records.
   *
   * @default - you point the names at the distribution's own domain
   */
  readonly hostedZone?: IHostedZone;
  /**
   * The ARN of a web ACL of AWS WAF, in us-east-1.
   *
   * @default - no firewall
   */
  readonly webAclArn?: string;
  /**
   * Serves renditions by signed URLs only, which expire.
   *
   * @default - URLs are public
   */
  readonly signedUrls?: SignedUrls;
  /**
   * Chooses by `Accept` of specs in several formats: a function of CloudFront runs with every request for a rendition.
   *
   * @default - where a spec of the configuration has several formats. Set it to true before you take the last list away,
   * for as long as pages have URLs that stand for several formats
   */
  readonly negotiation?: boolean;
  /**
   * The regions that CloudFront serves from.
   *
   * @default PriceClass.PRICE_CLASS_100
   */
  readonly priceClass?: PriceClass;
}

/** Properties of signed URLs. */
export interface SignedUrls {
  /** The public key (PEM) of the RSA key pair of 2,048 bits that URLs are signed with. */
  readonly publicKey: string;
  /**
   * Further public keys whose signatures are accepted, at most four: the next one before it signs, and the former one
   * until the last URL has expired that it signed.
   *
   * @default - none
   */
  readonly acceptedPublicKeys?: readonly string[];
  /**
   * The secret whose whole value is the private key (PEM), with its complete ARN. Functions read it at run
   * time; it is never in a variable.
   */
  readonly privateKey: ISecret;
  /**
   * How long a URL is valid, a minute to a week.
   *
   * @default Duration.hours(1)
   */
  readonly expiresIn?: Duration;
}

/** Properties of the events. */
export interface NotificationsProps {
  /**
   * A topic of your own.
   *
   * @default - a topic is created
   */
  readonly topic?: ITopic;
}

/** A subscriber that SNS posts events to. */
export interface WebhookProps {
  /** Where events are posted to: https, without credentials or a fragment. */
  readonly url: string;
  /**
   * The types of events to post.
   *
   * @default - all
   */
  readonly types?: readonly ImageEventType[];
  /**
   * Whether the event comes in an envelope that SNS signs. Otherwise the body is the event alone and nothing is signed, so
   * the URL must be one that nobody can guess.
   *
   * @default false
   */
  readonly envelope?: boolean;
}

/** The recipients of alarms. */
export interface AlarmsProps {
  /**
   * A topic of your own, which CloudWatch may publish to, and whose key it may use if the topic is under one.
   *
   * @default - a topic is created if there are `emails`
   */
  readonly topic?: ITopic;
  /**
   * Email addresses to subscribe to the topic; each has to confirm once.
   *
   * @default - none
   */
  readonly emails?: readonly string[];
}
