import { Duration } from "aws-cdk-lib";
import { HeadersFrameOption, type ResponseSecurityHeadersBehavior } from "aws-cdk-lib/aws-cloudfront";

/** The security headers of an answer: browsers load what the policy allows, neither frame it nor guess its type, and ask by HTTPS alone. */
export function buildSecurityHeaders(contentSecurityPolicy: string): ResponseSecurityHeadersBehavior {
  return {
    contentTypeOptions: { override: true },
    contentSecurityPolicy: { contentSecurityPolicy, override: true },
    frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
    strictTransportSecurity: {
      accessControlMaxAge: Duration.days(365),
      includeSubdomains: false,
      override: true,
    },
  };
}
