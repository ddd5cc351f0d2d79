import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { UserPool } from "aws-cdk-lib/aws-cognito";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { HttpMethods } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import { resolveScopes } from "./api-scopes.js";
import type { Cdn } from "./cdn.js";
import { createHttpApi } from "./http-api.js";
import { servePage } from "./page.js";
import { toRetention } from "./retention.js";
import { listRoutes } from "./routes.js";
import { createUserPool, toSignIn } from "./sign-in.js";
import type { Stores } from "./stores.js";

/** The parts of a dashboard beside its page. */
export interface Dashboard {
  readonly api: HttpApi;
  readonly userPool?: UserPool;
}

/** Whether there is to be a dashboard. Throws `invalid-input` for one without what it is made of. */
export function hasDashboard({ dashboard = false, api, cdn }: ImagePipelineProps): boolean {
  if (dashboard === false) return false;
  const missing = [...(api === false ? ["api"] : []), ...(cdn === false ? ["cdn"] : [])];
  if (missing.length === 0) return true;
  throw new SafelightError(
    "invalid-input",
    `expected ${missing.join(" and ")} for the dashboard but received false; it is served from the CDN and asks the API's functions`,
  );
}

/**
 * Serves the dashboard to those who sign in. Its API is beside the other one, with routes that are only for tokens of the
 * provider, so that nobody else's way in is opened, closed or changed by it.
 */
export function createDashboard(
  scope: Construct,
  props: ImagePipelineProps,
  parts: {
    readonly cdn: Cdn;
    readonly stores: Stores;
    readonly functions: {
      readonly read: IFunction;
      readonly write: IFunction;
      readonly reconcile?: IFunction;
    };
  },
): Dashboard {
  const { cdn, stores, functions } = parts;
  const { dashboard, api = {} } = props;
  const { authorization = { type: "iam" as const }, throttling } = api || {};
  const { domainNames = [] } = props.cdn || {};
  const pages = (domainNames.length > 0 ? domainNames : [cdn.domain]).map((host) => `https://${host}`);
  const retention = toRetention(props.retention);
  const logRetention = props.logRetention ?? RetentionDays.ONE_MONTH;
  const scopes = resolveScopes(authorization);
  const signIn =
    typeof dashboard === "object"
      ? toSignIn(dashboard, scopes)
      : createUserPool(scope, { pages: pages.map((origin) => `${origin}/`), scopes, retention });
  const { issuer, audience, userPool } = signIn;
  const routes = listRoutes(functions).filter(({ page }) => page);
  const pageApi = createHttpApi(scope, "PageApi", {
    routes,
    description: "What the dashboard asks",
    props: {
      authorization: { type: "jwt", issuer, audience, scopes },
      ...(throttling && { throttling }),
    },
    functions,
    logRetention,
    retention,
  });
  const originals = stores.originalsByName;
  servePage(scope, { cdn, api: pageApi, routes, signIn, originals, domainNames, logRetention, retention });
  // One that was brought along has to allow it by itself.
  stores.made?.addCorsRule({
    allowedMethods: [HttpMethods.POST],
    allowedOrigins: pages,
    allowedHeaders: ["*"],
    maxAge: 600,
  });
  return { api: pageApi, ...(userPool && { userPool }) };
}
