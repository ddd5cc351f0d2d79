import { type ApiAnswer, type ApiRequest, createApiEvent } from "./api-event.js";
import type { LocalDeployment } from "./local-deployment.js";

/** A route as the template has it. */
interface Route {
  readonly RouteKey: string;
  readonly AuthorizationType: string;
  readonly AuthorizationScopes?: readonly string[];
  readonly Target: string;
}

/**
 * Sends a request to the API as the gateway would: by the template's route, to the function behind it, with what the
 * route's authorizer would say of a caller who may. Throws if no route matches.
 */
export async function callApi(deployment: LocalDeployment, request: ApiRequest): Promise<ApiAnswer> {
  const { template, functions, pipeline } = deployment;
  const routes = template
    .listResources("AWS::ApiGatewayV2::Route")
    .map(({ properties }) => properties as unknown as Route);
  const route = routes.find(({ RouteKey }) => matchesRoute(RouteKey, request));
  if (!route) throw new Error(`the API has no route for ${request.method} ${request.path}`);
  const { IntegrationUri } = template.getProperties(route.Target.replace("integrations/", ""));
  const names = ["read", "write"] as const;
  const name = names.find((one) => {
    const lambda = pipeline.functions[one];
    return lambda && IntegrationUri === `${template.getId(lambda)}.Arn`;
  });
  if (!name) throw new Error(`no function is behind ${route.RouteKey}: ${IntegrationUri}`);
  const event = createApiEvent({ ...request, ...readClaims(route) });
  return (await functions[name].invoke(event)) as ApiAnswer;
}

function matchesRoute(routeKey: string, { method, path }: ApiRequest): boolean {
  const [wanted, template = ""] = routeKey.split(" ");
  return wanted === method && new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
}

function readClaims({ AuthorizationType, AuthorizationScopes = [] }: Route): Pick<ApiRequest, "authorizer"> {
  if (AuthorizationType === "AWS_IAM")
    return { authorizer: { iam: { userArn: "arn:aws:iam::000000000000:user/somebody" } } };
  if (AuthorizationType === "JWT")
    return {
      authorizer: {
        jwt: {
          claims: { sub: "somebody", scope: AuthorizationScopes.join(" ") },
          scopes: AuthorizationScopes,
        },
      },
    };
  return {};
}
