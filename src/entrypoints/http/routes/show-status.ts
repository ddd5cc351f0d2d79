import { createRoute } from "@hono/zod-openapi";
import { answerConditionally } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import type { CompleteOptions } from "../options.js";
import { describeEmpty, describeJson, describeProblems, ETAG } from "../responses.js";
import { pipelineStatus, toStatusJson } from "../status-schema.js";

/** `GET /status` */
export function showStatus(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "get",
    path: "/status",
    operationId: "showStatus",
    summary: "Show what is waiting, and the configuration in force",
    ...secureRoute("read", options),
    responses: {
      200: describeJson("The status of the pipeline.", pipelineStatus, ETAG),
      304: describeEmpty("The caller has it already.", ETAG),
      ...describeProblems(),
    },
  });
  api.openapi(route, async (c) => {
    const { pipeline } = options;
    const { queue, reconcile, ...known } = await pipeline.getStatus({ signal: c.req.raw.signal });
    // They tell of the images of all together: to whoever is bound, those of others are none.
    const isBound = c.get("boundTo") !== undefined;
    const shown = { ...known, ...(!isBound && { ...(queue && { queue }), ...(reconcile && { reconcile }) }) };
    const own = { startReconcile: options.startReconcile !== undefined && !isBound };
    return answerConditionally(c, pipelineStatus, toStatusJson(shown, own));
  });
}
