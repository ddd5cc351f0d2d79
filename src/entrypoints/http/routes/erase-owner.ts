import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { preferHeader, readPreferredWait } from "../awaited-image.js";
import { resolveListedOwner } from "../listed-owner.js";
import type { CompleteOptions } from "../options.js";
import { erasure, ownerName } from "../owner-schemas.js";
import { describeJson, describeProblems } from "../responses.js";

/** `DELETE /owners/{owner}/images` */
export function eraseOwner(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "delete",
    path: "/owners/{owner}/images",
    operationId: "eraseOwner",
    summary: "Remove every image of an owner everywhere",
    description:
      "Without `Prefer`, the removal of up to 100 images is requested. With it, that of as many as there is time for, and the answer waits until they are removed. Repeat it until `done` is true: it takes up where any earlier request was stopped. A caller who is bound to an owner may name only that one.",
    ...secureRoute("write", options),
    request: { headers: preferHeader, params: z.object({ owner: ownerName }) },
    responses: {
      202: describeJson("They are removed, or will be.", erasure),
      ...describeProblems("invalid-input"),
    },
  });
  api.openapi(route, async (c) => {
    const { owner } = c.req.valid("param");
    resolveListedOwner(c.get("boundTo"), { owner });
    const erased = await options.pipeline.eraseOwner(owner, {
      seconds: readPreferredWait(c, options, 0),
      onRequested: ({ key }) => options.onAccepted(key),
      signal: c.req.raw.signal,
    });
    return answer(c, 202, erasure, erased);
  });
}
