import type { Duration } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { PriceClass } from "aws-cdk-lib/aws-cloudfront";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Architecture } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { AssetInput } from "../src/domain/model/asset.js";
import type { ConfigurationInput } from "../src/domain/model/pipeline-config.js";
import type { TaggingInput } from "./configuration.js";

/** What an image pipeline can be told. Everything is optional: without any of it, the pipeline is complete and private. */
export interface ImagePipelineProps {
  /**
   * The Safelight configuration: the path of a `safelight.config.json`, or what such a file holds. Paths inside it are
   * relative to the file, or to the working directory for an object. It travels as a file beside the functions' code.
   * Left out: that of an empty file, `thumb` 200x200 JPEG and `preview` 1280 wide WebP, nothing marked.
   */
  readonly configuration?: string | ConfigurationInput<string | AssetInput>;
  /**
   * Labels by Amazon Rekognition: `true`, or with settings; over what the configuration says. It is paid for by the
   * picture. Left out: as the configuration says, which is no labels unless it names a provider.
   */
  readonly tagging?: boolean | TaggingInput;
  /**
   * The bucket that originals are uploaded to. One of your own is told of no changes yet: CDK's own notification
   * resource is added to it. It should be versioned, TLS only, and allow POST by CORS for uploads from browsers.
   * Left out: a private, encrypted, versioned bucket is made.
   */
  readonly originals?: IBucket;
  /**
   * The bucket that renditions are written to; never that of the originals. In front of an imported one, you allow the
   * distribution to read in its policy. Left out: a private, encrypted bucket is made.
   */
  readonly renditions?: IBucket;
  /**
   * The table of the records: partition key `imageId`, and the indexes `listing` (`listingPartition`, `sortKey`) and
   * `listingByStatus` (`statusPartition`, `sortKey`); all keys are strings, and the indexes project keys only. Left out: it is made, billed by request, with
   * point-in-time recovery.
   */
  readonly table?: ITable;
  /**
   * How S3 tells changes of the originals: to the queue, or straight to the process function, which is tried three
   * times before the change goes to the dead-letter queue. The queue is there in both cases, for what people ask for.
   * Left out: `"queue"`.
   */
  readonly trigger?: "queue" | "direct";
  /** The HTTP API and its two functions; `false` leaves them out. Left out: an API for callers that sign with IAM. */
  readonly api?: false | ApiProps;
  /**
   * The CloudFront distribution over the renditions; `false` leaves it out, and URLs are those of the bucket, for
   * whoever may read it. Left out: a distribution under CloudFront's own domain, whose URLs are public.
   */
  readonly cdn?: false | CdnProps;
  /** The SNS topic of events; `false` leaves it out. Left out: a topic is made. */
  readonly notifications?: false | NotificationsProps;
  /** The CloudWatch alarms; `false` leaves them out. Left out: all alarms are there, and nobody is told. */
  readonly alarms?: false | AlarmsProps;
  /**
   * What happens to data when it is no longer part of a stack: `"production"` keeps it, protects the table against
   * deletion and holds it recoverable; `"development"` deletes it with the stack. Left out: `"production"`.
   */
  readonly retention?: "production" | "development";
  /** The function that renders. Left out: 1769 MB, which is one whole core, and 60 seconds. */
  readonly process?: FunctionSize;
  /** The function that answers requests which only look. Left out: 512 MB and 10 seconds. */
  readonly read?: FunctionSize;
  /** The function that answers requests which change something. Left out: 1024 MB and 29 seconds, as long as the API waits. */
  readonly write?: FunctionSize;
  /** How many images are rendered side by side, 2 to 1,000. Left out: 20. */
  readonly maxConcurrency?: number;
  /** How long logs are kept. Left out: a month. */
  readonly logRetention?: RetentionDays;
  /** Whether requests and renderings are traced with X-Ray. Left out: true. */
  readonly tracing?: boolean;
  /**
   * Your own KMS key for the buckets, the queues and the topics that are made here; its policy is extended where CDK
   * can do so. Left out: S3's, SQS's and SNS's own keys. The table stays under DynamoDB's own key unless you bring one.
   */
  readonly encryptionKey?: IKey;
  /** The processors of the functions. Left out: arm64. */
  readonly architecture?: Architecture;
  /** The folder with the bundled functions. Left out: those that this package brings. */
  readonly bundles?: string;
}

/** The size of a function. */
export interface FunctionSize {
  /** Megabytes, 128 to 10,240; processors come with it, one for 1,769. Left out: see the function. */
  readonly memory?: number;
  /** At most 15 minutes, and 29 seconds behind the API. Left out: see the function. */
  readonly timeout?: Duration;
}

/** The HTTP API. */
export interface ApiProps {
  /** Left out: `{ type: "iam" }`. */
  readonly authorization?: ApiAuthorization;
  /** Requests a second, and how many at once. Left out: 100 and 200. */
  readonly throttling?: { readonly rate?: number; readonly burst?: number };
  /** Which web pages may use the API and upload straight to the originals. Left out: those of no other origin. */
  readonly cors?: ApiCors;
}

/**
 * Who may use the API: whoever signs with IAM credentials and may call it; whoever brings a token of `issuer` for one
 * of `audience` with the scope of what is asked, by default `safelight/read` or `safelight/write`; or everybody, which
 * has to be said in so many words. `/health` and `/openapi.json` are open in every case.
 */
export type ApiAuthorization =
  | { readonly type: "iam" }
  | {
      readonly type: "jwt";
      readonly issuer: string;
      readonly audience: readonly string[];
      readonly scopes?: { readonly read?: string; readonly write?: string };
      /** The claim that says whose an upload is, where the configuration says `uploads.owner: "caller"`. Left out: `sub`. */
      readonly ownerClaim?: string;
    }
  | { readonly type: "open" };

/** Web pages of other origins. */
export interface ApiCors {
  /** Such as `https://app.example`. */
  readonly origins: readonly string[];
  /** How long a browser may remember what it is told. Left out: 10 minutes. */
  readonly maxAge?: Duration;
}

/** The CloudFront distribution. */
export interface CdnProps {
  /** Names of your own, the first of which is that in URLs; they need a certificate. Left out: CloudFront's domain. */
  readonly domainNames?: readonly string[];
  /** The certificate of the names, in us-east-1. Left out: CloudFront's own. */
  readonly certificate?: ICertificate;
  /** The ARN of a web ACL of WAF, in us-east-1. Left out: no firewall. */
  readonly webAcl?: string;
  /** Renditions are only for those who were given a URL. Left out: for everybody who has the URL. */
  readonly signedUrls?: SignedUrls;
  /** Where CloudFront answers from. Left out: North America and Europe, the cheapest. */
  readonly priceClass?: PriceClass;
}

/** URLs that end. */
export interface SignedUrls {
  /** The public key (PEM) of an RSA pair of 2,048 bits. */
  readonly publicKey: string;
  /**
   * The secret whose whole text is the private key (PEM), known by its complete ARN and under Secrets Manager's own
   * key. It is read at run time and is never in a variable.
   */
  readonly privateKey: ISecret;
  /** How long a URL is good, a minute to a week. Left out: an hour. */
  readonly expiresIn?: Duration;
}

/** Events. */
export interface NotificationsProps {
  /** A topic of your own. Left out: one is made. */
  readonly topic?: ITopic;
}

/** Whom alarms tell. */
export interface AlarmsProps {
  /** A topic of your own, which CloudWatch may publish to. Left out: one is made if there are `emails`. */
  readonly topic?: ITopic;
  /** Addresses that are subscribed to the topic; each has to confirm once. Left out: none. */
  readonly emails?: readonly string[];
}
