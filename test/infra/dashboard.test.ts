import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { App, type Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { listRoutes } from "../../infra/parts/routes.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import { CASES } from "../support/infra/cases.js";
import { toList } from "../support/infra/policy.js";
import { readRoleStatements } from "../support/infra/role-statements.js";
import { synthesize } from "../support/infra/synthesize.js";
import { getCase, listTypes } from "../support/infra/synthesized-cases.js";
import { DeployedTemplate } from "../support/infra/template.js";

/** One path of the distribution. */
interface Behavior {
  readonly PathPattern: string;
  readonly TargetOriginId: string;
  readonly CachePolicyId: string;
  readonly ResponseHeadersPolicyId?: string;
  readonly ViewerProtocolPolicy: string;
}

interface DistributionConfig {
  readonly DefaultRootObject: string;
  readonly CacheBehaviors: readonly Behavior[];
  readonly CustomErrorResponses: readonly {
    readonly ErrorCode: number;
    readonly ErrorCachingMinTTL: number;
  }[];
  readonly Origins: readonly { readonly Id: string; readonly DomainName: string }[];
}

const PROVIDER = { issuer: "https://login.example/tenant", clientId: "dashboard" };

const deployed = new DeployedTemplate(getCase("with a dashboard"));

function readDistribution(template: DeployedTemplate): DistributionConfig {
  return template.getOnly("AWS::CloudFront::Distribution").DistributionConfig as DistributionConfig;
}

function readPolicy(template: DeployedTemplate): string {
  const texts = template
    .listResources("AWS::CloudFront::ResponseHeadersPolicy")
    .map(({ properties }) => JSON.stringify(properties))
    .filter((text) => text.includes("script-src"));
  expect(texts).toHaveLength(1);
  return /"(default-src [^"]+)"/.exec(texts[0] ?? "")?.[1] ?? "";
}

describe("the distribution", () => {
  const { DefaultRootObject, CacheBehaviors, CustomErrorResponses, Origins } = readDistribution(deployed);
  const findHost = ({ TargetOriginId }: Behavior) =>
    String(Origins.find(({ Id }) => Id === TargetOriginId)?.DomainName);

  it("has the page at its root, and its files, from a private bucket of their own under a strict policy", () => {
    const page = CacheBehaviors.filter(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId);
    expect(DefaultRootObject).toBe("index.html");
    expect(page.map(({ PathPattern }) => PathPattern)).toEqual(["/", "/index.html", "/dashboard/*"]);
    for (const one of page) {
      expect(findHost(one)).toMatch(/^ImagesPage\w+\.RegionalDomainName$/);
      expect(one.ViewerProtocolPolicy).toBe("redirect-to-https");
    }
    const policy = readPolicy(deployed);
    expect(policy).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;",
    );
    expect(policy).not.toMatch(/unsafe|\*/);
    // The store of the uploads, and the two hosts that sign people in.
    expect(/connect-src ([^;]+)/.exec(policy)?.[1]?.split(" ")).toEqual([
      "'self'",
      "https://images-e1c3409b-in-000000000000-eu-central-1.s3.eu-central-1.amazonaws.com",
      "https://cognito-idp.eu-central-1.amazonaws.com",
      expect.stringMatching(/^https:\/\/\S+\.auth\.eu-central-1\.amazoncognito\.com$/),
    ]);
  });

  it("has what the page asks of the API beside it, by token and query and never from a cache", () => {
    const asked = CacheBehaviors.filter(({ ResponseHeadersPolicyId }) => !ResponseHeadersPolicyId);
    const paths = listRoutes({})
      .filter(({ page }) => page)
      .map(({ path }) => path.replace(/\{\w+\}/g, "*"));
    expect(asked.map(({ PathPattern }) => PathPattern)).toEqual([...new Set(paths), "/events"]);
    const policies = deployed.listResources("AWS::CloudFront::CachePolicy");
    for (const one of asked) {
      expect(findHost(one)).toMatch(/^ImagesPageApi\w+\.execute-api\.eu-central-1\.amazonaws\.com$/);
      expect(policies.find(({ id }) => id === one.CachePolicyId)?.properties).toMatchObject({
        CachePolicyConfig: {
          MinTTL: 0,
          DefaultTTL: 0,
          ParametersInCacheKeyAndForwardedToOrigin: {
            HeadersConfig: { Headers: ["Authorization"] },
            QueryStringsConfig: { QueryStringBehavior: "all" },
          },
        },
      });
    }
    for (const { ErrorCode, ErrorCachingMinTTL } of CustomErrorResponses)
      expect([ErrorCode, ErrorCachingMinTTL]).toEqual([ErrorCode, 0]);
  });

  it("has no path that a rendition could have, which begins with an id of 22 characters", () => {
    for (const { PathPattern } of CacheBehaviors)
      expect(PathPattern).toMatch(/^\/(?:[a-z.]{0,21}(?:\/[a-z*/]+)?)$/);
  });
});

describe("the API of the page", () => {
  const { pipeline } = getCase("with a dashboard");
  const { pageApi, userPool, api } = pipeline;
  if (!pageApi || !userPool || !api) throw new Error("expected a dashboard with a user pool");
  const routes = deployed.listResources("AWS::ApiGatewayV2::Route").map(({ properties }) => properties);

  it("has the routes that the page asks, each for tokens of the pool with the scope of the route, and none is open", () => {
    const own = routes.filter(({ ApiId }) => ApiId === deployed.getId(pageApi));
    const wanted = listRoutes({}).filter(({ page }) => page);
    expect(
      own.map(({ RouteKey, AuthorizationType, AuthorizationScopes }) => [
        RouteKey,
        AuthorizationType,
        AuthorizationScopes,
      ]),
    ).toEqual(wanted.map(({ method, path, by }) => [`${method} ${path}`, "JWT", [`safelight/${by}`]]));
    const [client] = deployed.listResources("AWS::Cognito::UserPoolClient");
    expect(deployed.getOnly("AWS::ApiGatewayV2::Authorizer")).toMatchObject({
      JwtConfiguration: { Issuer: `${deployed.getId(userPool)}.ProviderURL`, Audience: [client?.id] },
    });
  });

  it("opens and closes nothing of the other API, and gives the functions no right", () => {
    const plain = new DeployedTemplate(getCase("default"));
    const describeRoutes = (all: readonly Readonly<Record<string, unknown>>[]) =>
      all.map(({ RouteKey, AuthorizationType }) => `${RouteKey} ${AuthorizationType}`).sort();
    expect(describeRoutes(routes.filter(({ ApiId }) => ApiId === deployed.getId(api)))).toEqual(
      describeRoutes(plain.listResources("AWS::ApiGatewayV2::Route").map(({ properties }) => properties)),
    );
    for (const name of ["invalidate", "process", "read", "write"] as const) {
      const [mine, theirs] = [deployed, plain].map((template) => {
        const lambda = (template === plain ? getCase("default") : getCase("with a dashboard")).pipeline
          .functions[name];
        const { Role } = template.getProperties(template.getId(lambda as NonNullable<typeof lambda>));
        return template.getProperties(String(Role).replace(/\.Arn$/, "")).Policies;
      });
      expect(mine).toEqual(theirs);
    }
  });
});

it("the page starts reconciling where there is a function for it, and the function that writes alone may invoke it", () => {
  const synthesized = synthesize({ dashboard: true, reconcile: { schedule: "rate(1 day)" } });
  const template = new DeployedTemplate(synthesized);
  const { api, pageApi, functions } = synthesized.pipeline;
  const { reconcile } = functions;
  if (!api || !pageApi || !reconcile) throw new Error("expected two APIs and a function that reconciles");
  const starts = template
    .listResources("AWS::ApiGatewayV2::Route")
    .filter(({ properties }) => properties.RouteKey === "POST /reconcile")
    .map(({ properties }) => [
      properties.ApiId,
      properties.AuthorizationType,
      properties.AuthorizationScopes,
    ]);
  expect(starts).toEqual([
    [template.getId(api), "AWS_IAM", undefined],
    [template.getId(pageApi), "JWT", ["safelight/write"]],
  ]);
  const { CacheBehaviors } = readDistribution(template);
  expect(CacheBehaviors.map(({ PathPattern }) => PathPattern)).toContain("/reconcile");
  const arn = `${template.getId(reconcile)}.Arn`;
  for (const [name, lambda] of Object.entries(functions)) {
    const { Role, Environment } = template.getConstructProperties(lambda);
    const { Variables } = Environment as { Variables: Readonly<Record<string, string>> };
    expect([name, Variables[VARIABLES.reconcileFunctionArn]]).toEqual([
      name,
      name === "read" || name === "write" ? arn : undefined,
    ]);
    const invoking = readRoleStatements(template, String(Role)).filter(({ Action }) =>
      toList(Action).some((action) => action.startsWith("lambda:")),
    );
    expect([name, invoking]).toEqual([
      name,
      name === "write" ? [expect.objectContaining({ Action: "lambda:InvokeFunction", Resource: arn })] : [],
    ]);
  }
});

it("an alarm watches the API of the page", () => {
  const { pageApi } = getCase("with a dashboard").pipeline;
  const alarms = deployed
    .listResources("AWS::CloudWatch::Alarm")
    .map(({ properties }) => JSON.stringify(properties))
    .filter((text) => pageApi && text.includes(deployed.getId(pageApi)));
  expect(alarms).toEqual([expect.stringContaining("of the dashboard's API were 5xx")]);
});

describe("the user pool", () => {
  it("has only people who were added to it, each with a second factor, and outlives the stack", () => {
    const [pool, ...others] = deployed.listResources("AWS::Cognito::UserPool");
    expect(others).toEqual([]);
    expect(pool).toMatchObject({
      deletionPolicy: "Retain",
      properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        MfaConfiguration: "ON",
        DeletionProtection: "ACTIVE",
      },
    });
  });

  it("knows the page as a client without a secret, by authorization code alone, at the distribution alone", () => {
    const domain = `${deployed.getId(getCase("with a dashboard").pipeline.distribution as never)}.DomainName`;
    expect(deployed.getOnly("AWS::Cognito::UserPoolClient")).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      CallbackURLs: [`https://${domain}/`],
      AllowedOAuthScopes: ["openid", expect.stringMatching(/\/read$/), expect.stringMatching(/\/write$/)],
    });
    expect(deployed.getConstructProperties(getCase("with a dashboard").pipeline.originals)).toMatchObject({
      CorsConfiguration: { CorsRules: [{ AllowedMethods: ["POST"], AllowedOrigins: [`https://${domain}`] }] },
    });
  });

  it("sends people back to each name that the distribution has", () => {
    const named = new DeployedTemplate(
      synthesize((stack) => ({ ...CASES.customized(stack), api: {}, dashboard: true })),
    );
    expect(named.getOnly("AWS::Cognito::UserPoolClient")).toMatchObject({
      CallbackURLs: ["https://images.example.com/"],
    });
    expect(readPolicy(named)).toContain("img-src 'self' data: blob: https://images.example.com;");
    // Pictures alone are signed; the page is there before anybody signs in.
    for (const one of readDistribution(named).CacheBehaviors)
      expect(one).not.toHaveProperty("TrustedKeyGroups");
  });
});

describe("the page's settings", () => {
  /** The file beside the page, with names for what is known only after a deployment. */
  function readSettings(props: ImagePipelineProps) {
    let text = "";
    const synthesized = synthesize(props, {
      use: ({ node }) => {
        if (!App.isApp(node.root)) throw new Error("expected an app");
        const { outdir } = node.root;
        for (const name of readdirSync(outdir, { recursive: true, encoding: "utf8" }))
          if (name.endsWith("settings.json")) text = readFileSync(join(outdir, name), "utf8");
      },
    });
    const markers = new DeployedTemplate(synthesized)
      .listResources("Custom::CDKBucketDeployment")
      .flatMap(({ properties }) => properties.SourceMarkers as readonly Record<string, string>[]);
    for (const [marker, value] of Object.entries(Object.assign({}, ...markers)))
      text = text.replaceAll(marker, String(value));
    return JSON.parse(text) as unknown;
  }

  it("name the pool, the client and the scopes that the functions look for", () => {
    expect(readSettings({ dashboard: true })).toEqual({
      api: ".",
      access: "openid",
      openid: {
        issuer: expect.stringMatching(/^ImagesUserPool\w+\.ProviderURL$/),
        clientId: expect.stringMatching(/^ImagesPageClient/),
        scope: "safelight/read safelight/write",
      },
    });
  });

  it("name a provider that is given, and there is no pool then", () => {
    const dashboard = { ...PROVIDER, audience: ["images"], origins: ["https://tokens.example"] };
    expect(readSettings({ dashboard })).toEqual({
      api: ".",
      access: "openid",
      openid: { ...PROVIDER, scope: "safelight/read safelight/write" },
    });
    const synthesized = synthesize({ dashboard });
    const given = new DeployedTemplate(synthesized);
    expect(listTypes(synthesized).filter((type) => type.includes("Cognito"))).toEqual([]);
    expect(given.getOnly("AWS::ApiGatewayV2::Authorizer")).toMatchObject({
      JwtConfiguration: { Issuer: PROVIDER.issuer, Audience: ["images"] },
    });
    expect(readPolicy(given)).toContain(" https://login.example https://tokens.example;");
  });
});

it.each<[string, (stack: Stack) => ImagePipelineProps, string]>([
  [
    "without an API",
    () => ({ dashboard: true, api: false }),
    "expected api for the dashboard but received false",
  ],
  [
    "without a CDN",
    () => ({ dashboard: true, cdn: false }),
    "expected cdn for the dashboard but received false",
  ],
  [
    "without a provider of the API's own scopes",
    () => ({
      dashboard: true,
      api: {
        authorization: {
          type: "jwt",
          issuer: "https://login.example",
          audience: ["x"],
          scopes: { read: "r" },
        },
      },
    }),
    'but received "r" and "safelight/write"',
  ],
  [
    "for a provider without encryption",
    () => ({ dashboard: { ...PROVIDER, issuer: "http://login.example" } }),
    "expected an https URL for dashboard.issuer",
  ],
])("a dashboard is refused %s", (_name, props, message) => {
  expect(() => synthesize(props)).toThrow(message);
});

it("a bucket of originals that was brought along is left as it is", () => {
  const synthesized = synthesize((stack) => ({
    originals: Bucket.fromBucketName(stack, "TheirOriginals", "their-originals"),
    dashboard: true,
  }));
  const template = new DeployedTemplate(synthesized);
  for (const { properties } of template.listResources("AWS::S3::Bucket"))
    expect(properties).not.toHaveProperty("CorsConfiguration");
  expect(readPolicy(template)).toContain("https://their-originals.s3.");
});
