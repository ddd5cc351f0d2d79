import { Aws, Duration, Fn } from "aws-cdk-lib";
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  UserPoolDomain,
} from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import { quote, SafelightError } from "../../src/domain/model/errors.js";
import { DEFAULT_SCOPES } from "../../src/entrypoints/lambda/settings.js";
import type { OpenIdProvider } from "../props/dashboard-props.js";
import { acknowledge } from "./acknowledge.js";
import type { Retention } from "./retention.js";

/** Who signs people in, and whose tokens the API takes. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: readonly string[];
  /** The scopes that the page asks for beside `openid`. */
  readonly scope: string;
  /** The origins that the page sends requests to while somebody signs in. */
  readonly origins: readonly string[];
  /** The pool that was created. */
  readonly userPool?: UserPool;
}

/** The scopes that the API asks tokens for. */
interface Scopes {
  readonly read: string;
  readonly write: string;
}

/** Describes a provider that was brought along. Throws `invalid-input` for an issuer that is no https URL. */
export function toSignIn(
  { issuer, clientId, audience = [clientId], scope, origins = [] }: OpenIdProvider,
  scopes: Scopes,
): SignIn {
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== "https:")
    throw new SafelightError(
      "invalid-input",
      `expected an https URL for dashboard.issuer but received ${quote(issuer)}`,
    );
  return {
    issuer,
    clientId,
    audience,
    scope: scope ?? `${scopes.read} ${scopes.write}`,
    origins: [new URL(issuer).origin, ...origins],
  };
}

/**
 * Creates a Cognito user pool into which nobody signs up by themselves, and the page as its client, without a secret. Whoever
 * signs in may read and write. Throws `invalid-input` for scopes other than the default ones, which are those of the pool.
 */
export function createUserPool(
  scope: Construct,
  {
    pages,
    scopes,
    retention,
  }: { readonly pages: readonly string[]; readonly scopes: Scopes; readonly retention: Retention },
): SignIn {
  if (scopes.read !== DEFAULT_SCOPES.read || scopes.write !== DEFAULT_SCOPES.write)
    throw new SafelightError(
      "invalid-input",
      `expected the scopes ${DEFAULT_SCOPES.read} and ${DEFAULT_SCOPES.write} for the user pool of the dashboard but received ` +
        `${quote(scopes.read)} and ${quote(scopes.write)}; leave api.authorization.scopes out, or give the provider of these as dashboard`,
    );
  const userPool = new UserPool(scope, "UserPool", {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { otp: true, sms: false },
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
    },
    featurePlan: FeaturePlan.LITE,
    deletionProtection: retention.protects,
    removalPolicy: retention.protectedRemovalPolicy,
  });
  const reason =
    "It costs four times as much for each person; a second factor is required of everybody instead.";
  for (const rule of ["AwsSolutions-COG3", "AwsSolutions-COG8"]) acknowledge(userPool, rule, reason);
  const domain = new UserPoolDomain(scope, "UserPoolDomain", {
    userPool,
    cognitoDomain: { domainPrefix: formatDomainPrefix(scope) },
  });
  const client = createClient(scope, userPool, pages);
  return {
    issuer: userPool.userPoolProviderUrl,
    clientId: client.userPoolClientId,
    audience: [client.userPoolClientId],
    scope: `${scopes.read} ${scopes.write}`,
    origins: [`https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`, domain.baseUrl()],
    userPool,
  };
}

function createClient(scope: Construct, userPool: UserPool, pages: readonly string[]): UserPoolClient {
  const [identifier = ""] = DEFAULT_SCOPES.read.split("/");
  const [read, write] = ([DEFAULT_SCOPES.read, DEFAULT_SCOPES.write] as const).map(
    (name) =>
      new ResourceServerScope({
        scopeName: name.slice(identifier.length + 1),
        scopeDescription: `May ${name.slice(identifier.length + 1)} images`,
      }),
  ) as [ResourceServerScope, ResourceServerScope];
  const server = userPool.addResourceServer("Scopes", { identifier, scopes: [read, write] });
  return new UserPoolClient(scope, "PageClient", {
    userPool,
    generateSecret: false,
    preventUserExistenceErrors: true,
    // People sign in at the pool's own page; no program does it for them.
    authFlows: { userSrp: false },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [
        OAuthScope.OPENID,
        OAuthScope.resourceServer(server, read),
        OAuthScope.resourceServer(server, write),
      ],
      callbackUrls: [...pages],
      logoutUrls: [...pages],
    },
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    // The page holds it in memory: a working day is as long as it can be of use.
    refreshTokenValidity: Duration.hours(12),
  });
}

/** One set of names for all accounts of a region: a part of it is new with each stack. */
function formatDomainPrefix(scope: Construct): string {
  const uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID));
  return `safelight-${scope.node.addr.slice(0, 8)}-${uuid}`;
}
