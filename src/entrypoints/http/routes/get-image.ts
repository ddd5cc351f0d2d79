import { createRoute, z } from "@hono/zod-openapi";
import { conditionalAnswer } from "../answer.js";
import { type Api, secured } from "../app.js";
import { findImage, preferHeader } from "../awaited-image.js";
import type { CompleteOptions } from "../options.js";
import { ETAG, empty, json, problems } from "../responses.js";
import { image, imageId, shownImage } from "../schemas.js";

/** `GET /images/{id}` */
export function getImage(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "get",
    path: "/images/{id}",
    operationId: "getImage",
    summary: "Show one image",
    ...secured("read", options),
    request: { headers: preferHeader, params: z.object({ id: imageId }) },
    responses: {
      200: json("The image with the URLs of its renditions.", image, ETAG),
      304: empty("The caller has it already.", ETAG),
      ...problems("invalid-input", "not-found"),
    },
  });
  api.openapi(route, async (c) =>
    conditionalAnswer(c, image, shownImage(await findImage(c, options, c.req.valid("param").id))),
  );
}
