import type { Duration } from "aws-cdk-lib";

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
