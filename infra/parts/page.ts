import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Aws, Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  HeadersReferrerPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import {
  createPageSettings,
  formatContentSecurityPolicy,
  PAGE_CACHE_CONTROL,
  PAGE_FILES,
} from "../../src/entrypoints/http/dashboard-page.js";
import { acknowledgeDeployment } from "./acknowledge.js";
import { createPageBucket } from "./buckets.js";
import type { Cdn } from "./cdn.js";
import { formatGlobalName } from "./global-name.js";
import type { Retention } from "./retention.js";
import type { ApiRoute } from "./routes.js";
import { buildSecurityHeaders } from "./security-headers.js";
import type { SignIn } from "./sign-in.js";

/** Options of {@link servePage}. */
export interface PageOptions {
  readonly cdn: Cdn;
  /** The API that takes the tokens of those who signed in. */
  readonly api: HttpApi;
  /** The routes of that API. */
  readonly routes: readonly ApiRoute[];
  readonly signIn: SignIn;
  /** Where the page uploads to. */
  readonly originals: IBucket;
  /** The names of the distribution, if it has other ones than its own: pictures have the first one, whichever the page has. */
  readonly domainNames: readonly string[];
  readonly logRetention: RetentionDays;
  readonly retention: Retention;
}

/**
 * The paths of the API that the page asks. There are no events: their path leads to the API nonetheless, whose 404 tells the
 * page to ask again now and then. S3 would answer 403.
 */
function listApiPaths(routes: readonly ApiRoute[]): ReadonlySet<string> {
  return new Set([...routes.map(({ path }) => path.replace(/\{\w+\}/g, "*")), "/events"]);
}

/** `/` is the default root object of the distribution, by whichever of both names its paths are compared. */
const PAGE_PATHS = ["/", "/index.html", `${PAGE_FILES}/*`];

/**
 * Serves the dashboard from the distribution of the renditions: the page from a bucket of its own, and beside it the API, so
 * that the page asks nobody but its own origin. No path of either can be that of a rendition, which begins with 22 characters.
 * Throws `invalid-input` if the page was not built.
 */
export function servePage(scope: Construct, options: PageOptions): void {
  const { cdn, api, routes, signIn, originals, domainNames, retention } = options;
  const folder = findPage();
  const bucket = createPageBucket(scope, { retention });
  const origins = domainNames.map((name) => `https://${name}`);
  const connections = [`https://${originals.bucketRegionalDomainName}`, ...signIn.origins];
  const files = {
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
    cachePolicy: CachePolicy.CACHING_OPTIMIZED,
    responseHeadersPolicy: createPageHeaders(scope, formatContentSecurityPolicy({ origins, connections })),
    compress: true,
  };
  const pageOrigin = S3BucketOrigin.withOriginAccessControl(bucket, { originAccessControl: cdn.access });
  for (const path of PAGE_PATHS) cdn.distribution.addBehavior(path, pageOrigin, files);
  const answers = {
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: createAnswerPolicy(scope),
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    compress: true,
  };
  const apiOrigin = new HttpOrigin(`${api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`);
  for (const path of listApiPaths(routes)) cdn.distribution.addBehavior(path, apiOrigin, answers);
  copyFiles(scope, { ...options, folder, bucket });
}

/** In the package it lies beside this code; in a checkout, where it is built. */
function findPage(): string {
  const folders = ["../../dashboard/", "../../dist/dashboard/"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const built = folders.find((folder) => existsSync(join(folder, "index.html")));
  if (built === undefined)
    throw new SafelightError(
      "invalid-input",
      "expected the built page of the dashboard but found none; in a checkout, run npm run build",
    );
  return built;
}

function createPageHeaders(scope: Construct, contentSecurityPolicy: string): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, "PageHeaders", {
    responseHeadersPolicyName: formatGlobalName(scope, "PageHeaders"),
    comment: "The dashboard: its own scripts and nothing inline",
    securityHeadersBehavior: {
      ...buildSecurityHeaders(contentSecurityPolicy),
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
    },
    customHeadersBehavior: {
      customHeaders: [{ header: "Cross-Origin-Opener-Policy", value: "same-origin", override: true }],
    },
  });
}

/**
 * An answer of the API is for nobody else: none is cached, and what is asked for at the same time is one request only for the
 * same token and query. A policy that caches nothing at all would join requests by their path.
 */
function createAnswerPolicy(scope: Construct): CachePolicy {
  return new CachePolicy(scope, "AnswerPolicy", {
    cachePolicyName: formatGlobalName(scope, "AnswerPolicy"),
    comment: "Answers of the API by token and query, not kept",
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.seconds(1),
    queryStringBehavior: CacheQueryStringBehavior.all(),
    cookieBehavior: CacheCookieBehavior.none(),
    headerBehavior: CacheHeaderBehavior.allowList("Authorization"),
  });
}

/** Files that are named by their content come first and stay: a page that somebody has open loads them still. */
function copyFiles(
  scope: Construct,
  options: PageOptions & { readonly folder: string; readonly bucket: IBucket },
): void {
  const { folder, bucket, signIn, logRetention, retention } = options;
  const { issuer, clientId, scope: asked } = signIn;
  const settings = createPageSettings({ issuer, clientId, scope: asked });
  const logGroup = new LogGroup(scope, "PageDeploymentLogs", {
    retention: logRetention,
    removalPolicy: retention.removalPolicy,
  });
  const common = { destinationBucket: bucket, prune: false, logGroup };
  const files = new BucketDeployment(scope, "PageFiles", {
    ...common,
    sources: [Source.asset(folder, { exclude: ["index.html"] })],
    cacheControl: [CacheControl.fromString(PAGE_CACHE_CONTROL.files)],
  });
  const index = new BucketDeployment(scope, "PageIndex", {
    ...common,
    sources: [
      Source.asset(folder, { exclude: [PAGE_FILES.slice(1)] }),
      Source.jsonData(`${PAGE_FILES.slice(1)}/settings.json`, settings),
    ],
    cacheControl: [CacheControl.fromString(PAGE_CACHE_CONTROL.index)],
  });
  index.node.addDependency(files);
  acknowledgeDeployment(files);
}
