import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "../answer.js";
import { type Api, admitted, secured } from "../app.js";
import { noImage, preferHeader, preferredWait } from "../awaited-image.js";
import { smallBody } from "../limited-body.js";
import type { CompleteOptions } from "../options.js";
import { json, problems } from "../responses.js";
import { edit, image, imageId, shownImage } from "../schemas.js";

/** `PATCH /images/{id}` */
export function editImage(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "patch",
    path: "/images/{id}",
    operationId: "editImage",
    summary: "Change what people say about an image",
    description:
      "A merge patch (RFC 7396): what is left out stays, null takes away. Crops that a new focal point moves are rendered soon after, under new URLs; all other URLs stay.",
    ...secured("write", options, admitted(options), smallBody(options)),
    request: {
      headers: preferHeader,
      params: z.object({ id: imageId }),
      body: {
        required: true,
        content: { "application/json": { schema: edit }, "application/merge-patch+json": { schema: edit } },
      },
    },
    responses: {
      200: json("The image as it is now.", image),
      ...problems("invalid-input", "not-found", "too-large", "unsupported-format"),
    },
  });
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const edited = await options.pipeline.edit(id, c.req.valid("json"));
    if (!edited) throw noImage(id);
    const { requested: since, ...now } = edited;
    if (since) options.onAccepted(now.key);
    const seconds = preferredWait(c.req.header("prefer"), options.longestWait);
    if (seconds === undefined) return answer(c, 200, image, shownImage(now));
    const { signal } = c.req.raw;
    const awaited = await options.pipeline.waitUntilSettled(id, { since, seconds, signal });
    if (!awaited.image) throw noImage(id);
    return answer(c, 200, image, shownImage(awaited.image));
  });
}
