import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Architecture } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { AssetInput } from "../src/domain/model/asset.js";
import type { ConfigurationInput } from "../src/domain/model/pipeline-config.js";
import type { TaggingInput } from "./configuration.js";
import type { AlarmsProps } from "./props/alarms-props.js";
import type { ApiProps } from "./props/api-props.js";
import type { CdnProps } from "./props/cdn-props.js";
import type { OpenIdProvider } from "./props/dashboard-props.js";
import type { NotificationsProps, WebhookProps } from "./props/events-props.js";
import type { FunctionSize } from "./props/function-size.js";
import type { ImportedKeys } from "./props/imported-keys.js";
import type { ReconcileProps } from "./props/reconcile-props.js";
import type { SpendingProps } from "./props/spending-props.js";

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
   * Compares all that is stored with what should be, by a schedule, and has rendered, repaired or removed what differs. What
   * only another version of the image engine has rendered is counted and left. Where there is an API,
   * it has that done on request as well.
   *
   * @default - nothing is compared by a schedule
   */
  readonly reconcile?: ReconcileProps;
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
