import { createRoute, z } from "@hono/zod-openapi";
import { requireAdmission } from "../admission.js";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { createNotFoundError, preferHeader, readPreferredWait } from "../awaited-image.js";
import { edit } from "../edit-schema.js";
import { image, imageId, toImageJson } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { limitJsonBody } from "../request-body.js";
import { describeJson, describeProblems } from "../responses.js";

/** `PATCH /images/{id}` */
export function editImage(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "patch",
    path: "/images/{id}",
    operationId: "editImage",
    summary: "Change focal point, alternative text and title",
    description:
      "A merge patch (RFC 7396): omitted fields stay, null removes one. A new focal point has the crops rendered again under new URLs; all other URLs stay.",
    ...secureRoute("write", options, requireAdmission(options), limitJsonBody(options)),
    request: {
      headers: preferHeader,
      params: z.object({ id: imageId }),
      body: {
        required: true,
        content: { "application/json": { schema: edit }, "application/merge-patch+json": { schema: edit } },
      },
    },
    responses: {
      200: describeJson("The image as it is now.", image),
      ...describeProblems("invalid-input", "not-found", "too-large", "unsupported-format"),
    },
  });
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const owner = c.get("boundTo");
    const edited = await options.pipeline.edit(id, c.req.valid("json"), { owner });
    if (!edited) throw createNotFoundError(id);
    const { requested: since, ...now } = edited;
    c.get("releasePlace")();
    if (since) options.onAccepted(now.key);
    const seconds = readPreferredWait(c, options);
    if (seconds === undefined) return answer(c, 200, image, toImageJson(now));
    const { signal } = c.req.raw;
    const awaited = await options.pipeline.waitUntilSettled(id, { since, seconds, owner, signal });
    if (!awaited.image) throw createNotFoundError(id);
    return answer(c, 200, image, toImageJson(awaited.image));
  });
}
