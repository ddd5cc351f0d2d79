import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { createNotFoundError, preferHeader, readPreferredWait } from "../awaited-image.js";
import { imageId } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { removal } from "../request-schemas.js";
import { describeJson, describeProblems } from "../responses.js";

/** `DELETE /images/{id}` */
export function removeImage(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "delete",
    path: "/images/{id}",
    operationId: "removeImage",
    summary: "Remove an image everywhere",
    description:
      "The original is deleted before the answer; renditions, record and cached copies follow. Repeating it is harmless.",
    ...secureRoute("write", options),
    request: { headers: preferHeader, params: z.object({ id: imageId }) },
    responses: {
      202: describeJson("It is removed, or will be.", removal),
      ...describeProblems("invalid-input", "not-found"),
    },
  });
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const owner = c.get("boundTo");
    const receipt = await options.pipeline.requestRemoval(id, { owner });
    if (!receipt) throw createNotFoundError(id);
    options.onAccepted(receipt.key);
    const seconds = readPreferredWait(c, options, 0);
    const since = receipt.version;
    const { settled, image } = await options.pipeline.waitUntilSettled(id, {
      since,
      seconds,
      owner,
      signal: c.req.raw.signal,
    });
    // Something else may have been settled at this version meanwhile, such as a request to process it.
    return answer(c, 202, removal, { imageId: id, key: receipt.key, removed: settled && !image });
  });
}
