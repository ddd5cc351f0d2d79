import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { IFunction } from "aws-cdk-lib/aws-lambda";

/** A route of the API, and which function answers it. */
export interface ApiRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly by: "read" | "write";
  /** Whether everybody may ask. */
  readonly open?: true;
  /** Whether the dashboard asks. */
  readonly page?: true;
  /** Whether it is there only with the function that reconciles. */
  readonly reconciles?: true;
}

/** Every route that the HTTP API can have. What is not here never reaches a function. */
export const ROUTES: readonly ApiRoute[] = [
  { method: HttpMethod.POST, path: "/images", by: "write" },
  { method: HttpMethod.POST, path: "/uploads", by: "write", page: true },
  { method: HttpMethod.POST, path: "/uploads/{id}/complete", by: "write", page: true },
  { method: HttpMethod.POST, path: "/process", by: "write" },
  { method: HttpMethod.PATCH, path: "/images/{id}", by: "write", page: true },
  { method: HttpMethod.DELETE, path: "/images/{id}", by: "write", page: true },
  { method: HttpMethod.DELETE, path: "/owners/{owner}/images", by: "write" },
  { method: HttpMethod.POST, path: "/reconcile", by: "write", page: true, reconciles: true },
  { method: HttpMethod.GET, path: "/images", by: "read", page: true },
  { method: HttpMethod.GET, path: "/images/{id}", by: "read", page: true },
  { method: HttpMethod.GET, path: "/images/{id}/{spec}", by: "read" },
  { method: HttpMethod.GET, path: "/status", by: "read", page: true },
  { method: HttpMethod.GET, path: "/health", by: "read", open: true },
  { method: HttpMethod.GET, path: "/openapi.json", by: "read", open: true },
];

/** The routes of an API whose functions are these. */
export function listRoutes({ reconcile }: { readonly reconcile?: IFunction }): readonly ApiRoute[] {
  return ROUTES.filter(({ reconciles }) => !reconciles || reconcile !== undefined);
}
