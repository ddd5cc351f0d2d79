import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "../answer.js";
import type { Api } from "../app.js";
import { describeErrors, describeJson } from "../responses.js";

const health = z.object({ status: z.literal("ok") }).openapi("Health");

/** `GET /health` */
export function checkHealth(api: Api): void {
  const route = createRoute({
    method: "get",
    path: "/health",
    operationId: "checkHealth",
    summary: "Whether requests are answered",
    responses: { 200: describeJson("They are.", health), ...describeErrors(["internal"]) },
  });
  api.openapi(route, (c) => answer(c, 200, health, { status: "ok" }));
}
