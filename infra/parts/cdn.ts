import { Duration } from "aws-cdk-lib";
import {
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  PriceClass,
  type ResponseCustomHeader,
  type ResponseHeadersCorsBehavior,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { CloudFrontTarget } from "aws-cdk-lib/aws-route53-targets";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { quote, SafelightError } from "../../src/domain/model/errors.js";
import type { CdnProps } from "../props/cdn-props.js";
import { acknowledge } from "./acknowledge.js";
import { formatGlobalName } from "./global-name.js";
import { buildSecurityHeaders } from "./security-headers.js";
import { createSigningKeys } from "./signing-keys.js";

/** The distribution over the renditions, and how URLs are signed for it. */
export interface Cdn {
  readonly distribution: Distribution;
  /** How it reads a private bucket. */
  readonly access: S3OriginAccessControl;
  /** The host in URLs. */
  readonly domain: string;
  /** The id of the key pair; absent where URLs are public. */
  readonly keyPairId?: string;
  /** Whether it chooses by `Accept`. */
  readonly negotiates: boolean;
}

/** The parts of a CDN, and how it is to be. */
export interface CdnOptions {
  readonly renditions: IBucket;
  readonly props: CdnProps;
  /** The code that chooses by `Accept`, for specs in several formats. Left out: there are files alone. */
  readonly negotiation?: string;
  /** Whether a page and an API are served from it as well. */
  readonly hasPage: boolean;
}

/** A distribution that alone may read the renditions, keeps them for as long as they say, and lets no browser run them. */
export function createCdn(scope: Construct, { renditions, props, negotiation, hasPage }: CdnOptions): Cdn {
  const { domainNames = [], certificate, webAclArn, signedUrls, priceClass } = props;
  if (domainNames.length > 0 && !certificate)
    throw new SafelightError(
      "invalid-input",
      `expected a certificate for ${quote(domainNames.join(", "))} but received none; make one in us-east-1 and hand it over`,
    );
  const keys = signedUrls && createSigningKeys(scope, signedUrls);
  const access = new S3OriginAccessControl(scope, "OriginAccess", {
    originAccessControlName: formatGlobalName(scope, "OriginAccess"),
  });
  const distribution = new Distribution(scope, "Cdn", {
    comment: "Renditions of images",
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(renditions, { originAccessControl: access }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: createCachePolicy(scope),
      responseHeadersPolicy: createHeadersPolicy(scope, negotiation !== undefined),
      ...(negotiation !== undefined && { functionAssociations: [createNegotiation(scope, negotiation)] }),
      // Pictures are compressed as they are.
      compress: false,
      ...(keys && { trustedKeyGroups: [keys.group] }),
    },
    errorResponses: hasPage ? PAGE_ERROR_RESPONSES : ERROR_RESPONSES,
    ...(hasPage && { defaultRootObject: "index.html" }),
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: priceClass ?? PriceClass.PRICE_CLASS_100,
    ...(domainNames.length > 0 && { domainNames: [...domainNames] }),
    ...(certificate && { certificate, minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 }),
    ...(webAclArn !== undefined && { webAclId: webAclArn }),
  });
  if (props.hostedZone) addDnsRecords(distribution, domainNames, props.hostedZone);
  acknowledgeRules(distribution, props, hasPage);
  return {
    distribution,
    access,
    domain: domainNames[0] ?? distribution.distributionDomainName,
    ...(keys && { keyPairId: keys.keyPairId }),
    negotiates: negotiation !== undefined,
  };
}

/**
 * Missing renditions are cached briefly: for a missing key S3 answers 403 to callers who may not list. Failures of the
 * origin are not cached.
 */
const ERROR_RESPONSES = [
  ...[403, 404].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(10) })),
  ...[500, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
];

/** They hold for the answers of the API as well: an image that is not there yet must not be missing for seconds to come. */
const PAGE_ERROR_RESPONSES = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((httpStatus) => ({
  httpStatus,
  ttl: Duration.seconds(0),
}));

/** A rendition is known by its path alone; whatever else a request says must not make CloudFront ask S3 again. */
function createCachePolicy(scope: Construct): CachePolicy {
  return new CachePolicy(scope, "CachePolicy", {
    cachePolicyName: formatGlobalName(scope, "CachePolicy"),
    comment: "Renditions by path alone",
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.days(1),
    maxTtl: Duration.days(365),
    queryStringBehavior: CacheQueryStringBehavior.none(),
    cookieBehavior: CacheCookieBehavior.none(),
    headerBehavior: CacheHeaderBehavior.none(),
  });
}

/** It runs before the caches are looked into, so that these hold each file once, whoever asks. */
function createNegotiation(scope: Construct, code: string): FunctionAssociation {
  const edge = new EdgeFunction(scope, "Negotiation", {
    functionName: formatGlobalName(scope, "Negotiation"),
    comment: "The best format that Accept allows",
    code: FunctionCode.fromInline(code),
    runtime: FunctionRuntime.JS_2_0,
  });
  return { function: edge, eventType: FunctionEventType.VIEWER_REQUEST };
}

/**
 * A copy holds the bytes that somebody uploaded: no browser may take them for anything but a picture. Where formats are
 * chosen, every answer has `Vary: Accept`, that of a file under its own path, too: it can be told only by a second
 * function, and costs a browser next to nothing. CloudFront's own CORS headers would come with a `Vary` that replaces it.
 */
function createHeadersPolicy(scope: Construct, negotiates: boolean): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, "ResponseHeaders", {
    responseHeadersPolicyName: formatGlobalName(scope, "ResponseHeaders"),
    comment: "Renditions are pictures and nothing else",
    securityHeadersBehavior: buildSecurityHeaders("default-src 'none'; sandbox"),
    ...(!negotiates && { corsBehavior: CORS }),
    customHeadersBehavior: {
      customHeaders: [
        { header: "Cross-Origin-Resource-Policy", value: "cross-origin", override: true },
        ...(negotiates ? NEGOTIATED_HEADERS : []),
      ],
    },
  });
}

/** Whoever has a URL may look: without these headers a page of another origin could show a picture and not read it. */
const CORS: ResponseHeadersCorsBehavior = {
  accessControlAllowOrigins: ["*"],
  accessControlAllowMethods: ["GET", "HEAD"],
  accessControlAllowHeaders: ["*"],
  accessControlAllowCredentials: false,
  accessControlMaxAge: Duration.days(1),
  originOverride: true,
};

const NEGOTIATED_HEADERS: readonly ResponseCustomHeader[] = [
  { header: "Access-Control-Allow-Origin", value: "*", override: true },
  { header: "Vary", value: "Accept", override: true },
];

/** Points the names at the distribution. Throws `invalid-input` if there are none. */
function addDnsRecords(distribution: Distribution, names: readonly string[], zone: IHostedZone): void {
  if (names.length === 0)
    throw new SafelightError(
      "invalid-input",
      "expected the names that cdn.hostedZone is for in cdn.domainNames but received none",
    );
  const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution));
  for (const [index, name] of names.entries()) {
    // With its dot, or CDK would take it for a name within the zone.
    const record = { zone, recordName: `${name}.`, target };
    new ARecord(distribution, `Address${index}`, record);
    new AaaaRecord(distribution, `Address6For${index}`, record);
  }
}

function acknowledgeRules(
  distribution: Distribution,
  { certificate, webAclArn }: CdnProps,
  hasPage: boolean,
): void {
  acknowledge(
    distribution,
    "AwsSolutions-CFR1",
    "Who may see pictures in which country is for their owner to say; nothing here depends on it.",
  );
  acknowledge(
    distribution,
    "AwsSolutions-CFR3",
    "Who looked at which picture is personal data that nothing here needs; CloudWatch has requests and errors.",
  );
  if (webAclArn === undefined)
    acknowledge(
      distribution,
      "AwsSolutions-CFR2",
      hasPage
        ? "Beside files, only the API is behind it, which takes tokens and throttles; a web ACL can be given (webAclArn)."
        : "Only GET and HEAD of files that never change, by path alone, reach the origin; a web ACL can be given (webAclArn).",
    );
  if (!certificate)
    acknowledge(
      distribution,
      "AwsSolutions-CFR4",
      "CloudFront's own certificate fixes the oldest TLS version; with a certificate (certificate) it is 1.2.",
    );
}
