import { createRoute, z } from "@hono/zod-openapi";
import { SafelightError } from "../../../domain/model/errors.js";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import type { CompleteOptions } from "../options.js";
import { describeJson, describeProblems } from "../responses.js";

const startedRun = z
  .object({
    started: z.boolean().openapi({ description: "False: a run was under way, and goes on." }),
  })
  .openapi("StartedReconcile");

/** `POST /reconcile`, where the API can start it. */
export function startReconcile(api: Api, options: CompleteOptions): void {
  const { startReconcile: start } = options;
  if (start === undefined) return;
  const route = createRoute({
    method: "post",
    path: "/reconcile",
    operationId: "startReconcile",
    summary: "Start comparing all images with what should be, and closing the difference",
    description:
      "It goes on behind the answer, one run at a time; `GET /status` tells how far it is. Not for a caller who is bound to an owner.",
    ...secureRoute("write", options),
    responses: {
      202: describeJson("A run is under way.", startedRun),
      ...describeProblems("conflict"),
    },
  });
  api.openapi(route, async (c) => {
    if (c.get("boundTo") !== undefined)
      throw new SafelightError(
        "forbidden",
        "a caller who is bound to an owner may not reconcile the images of all",
      );
    return answer(c, 202, startedRun, { started: await start() });
  });
}
