import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "../answer.js";
import type { Api } from "../app.js";
import { describeJson, describeOpenProblems } from "../responses.js";

const health = z.object({ status: z.literal("ok") }).openapi("Health");

/** `GET /health` */
export function checkHealth(api: Api): void {
  const route = createRoute({
    method: "get",
    path: "/health",
    operationId: "checkHealth",
    summary: "Check that the API answers",
    responses: { 200: describeJson("It does.", health), ...describeOpenProblems() },
  });
  api.openapi(route, (c) => answer(c, 200, health, { status: "ok" }));
}
