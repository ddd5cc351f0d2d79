import type { Duration } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { PriceClass } from "aws-cdk-lib/aws-cloudfront";
import type { IHostedZone } from "aws-cdk-lib/aws-route53";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";

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
