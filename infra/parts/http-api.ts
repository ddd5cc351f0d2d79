import { Aws, Duration, Fn, Names } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CorsHttpMethod,
  HttpApi,
  HttpNoneAuthorizer,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import type { ApiAuthorization, ApiProps } from "../props/api-props.js";
import { acknowledge } from "./acknowledge.js";
import { resolveScopes } from "./api-scopes.js";
import type { PipelineFunctions } from "./functions.js";
import { type Retention, toRetention } from "./retention.js";
import { type ApiRoute, listRoutes } from "./routes.js";

/** Options of {@link createHttpApi}. */
export interface ApiOptions {
  readonly routes: readonly ApiRoute[];
  readonly description: string;
  readonly props: ApiProps;
  readonly functions: { readonly read: IFunction; readonly write: IFunction };
  readonly logRetention: RetentionDays;
  readonly retention: Retention;
}

/** The fields of the access log: no query, no header, no token. */
const LOG_FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
};

const SENT_HEADERS = ["authorization", "content-type", "content-disposition", "if-none-match", "prefer"];
const SIGNING_HEADERS = ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];

/** Makes the API of a pipeline; `undefined` if there is to be none. */
export function createImageApi(
  scope: Construct,
  { api, logRetention = RetentionDays.ONE_MONTH, retention }: ImagePipelineProps,
  { read, write, reconcile }: Pick<PipelineFunctions, "read" | "write" | "reconcile">,
): HttpApi | undefined {
  if (api === false || !read || !write) return undefined;
  return createHttpApi(scope, "Api", {
    routes: listRoutes({ reconcile }),
    description: "Images: upload, look, edit, remove",
    props: api ?? {},
    functions: { read, write },
    logRetention,
    retention: toRetention(retention),
  });
}

/** An HTTP API: each route by its name, throttled, its requests logged. */
export function createHttpApi(
  scope: Construct,
  id: string,
  { routes, description, props, functions, logRetention, retention }: ApiOptions,
): HttpApi {
  const { authorization = { type: "iam" }, throttling = {}, cors } = props;
  const api = new HttpApi(scope, id, {
    createDefaultStage: false,
    description,
    ...(cors && {
      corsPreflight: {
        allowOrigins: [...cors.origins],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
        allowHeaders: [...SENT_HEADERS, ...SIGNING_HEADERS],
        exposeHeaders: ["etag", "location", "retry-after", "x-request-id"],
        maxAge: cors.maxAge ?? Duration.minutes(10),
      },
    }),
  });
  const logs = new LogGroup(scope, `${id}Logs`, {
    logGroupName: formatLogGroupName(api),
    retention: logRetention,
    removalPolicy: retention.removalPolicy,
  });
  new HttpStage(scope, `${id}Stage`, {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit: throttling.rateLimit ?? 100, burstLimit: throttling.burstLimit ?? 200 },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logs),
      format: AccessLogFormat.custom(JSON.stringify(LOG_FIELDS)),
    },
  });
  addRoutes(api, { routes, authorization, functions });
  return api;
}

/**
 * Below this prefix API Gateway needs no permission for each log group, of which an account can hold only so many. A part
 * of the stack's id keeps a new stack off the log group that an earlier one of the same name has left.
 */
function formatLogGroupName(scope: Construct): string {
  const uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID));
  const name = Names.uniqueResourceName(scope, { maxLength: 100, separator: "-" });
  return `/aws/vendedlogs/safelight/${name}-${Fn.select(0, Fn.split("-", uuid))}`;
}

function addRoutes(
  api: HttpApi,
  {
    routes: all,
    authorization,
    functions,
  }: Pick<ApiOptions, "routes" | "functions"> & { readonly authorization: ApiAuthorization },
): void {
  const authorizer = createAuthorizer(authorization);
  const scopes = authorization.type === "jwt" ? resolveScopes(authorization) : undefined;
  const integrations = {
    read: new HttpLambdaIntegration("Read", functions.read),
    write: new HttpLambdaIntegration("Write", functions.write),
  };
  for (const { method, path, by, open } of all) {
    const routes = api.addRoutes({
      path,
      methods: [method],
      integration: integrations[by],
      authorizer: open ? new HttpNoneAuthorizer() : authorizer,
      ...(!open && scopes && { authorizationScopes: [scopes[by]] }),
    });
    if (!open && authorization.type !== "open") continue;
    const reason = open
      ? "Tells whether the API answers and what it looks like, to load balancers and tools; there is no data in it."
      : 'The deployment asked for an open API in so many words: authorization: { type: "open" }.';
    for (const route of routes) acknowledge(route, "AwsSolutions-APIG4", reason);
  }
}

function createAuthorizer(authorization: ApiAuthorization): IHttpRouteAuthorizer {
  if (authorization.type === "iam") return new HttpIamAuthorizer();
  if (authorization.type === "open") return new HttpNoneAuthorizer();
  const { issuer, audience } = authorization;
  return new HttpJwtAuthorizer("Jwt", issuer, { jwtAudience: [...audience] });
}
