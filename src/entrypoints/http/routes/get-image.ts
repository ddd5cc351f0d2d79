import { createRoute, z } from "@hono/zod-openapi";
import { answerConditionally } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { findImage, preferHeader } from "../awaited-image.js";
import { image, imageId, toImageJson } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { describeEmpty, describeJson, describeProblems, ETAG } from "../responses.js";

/** `GET /images/{id}` */
export function getImage(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "get",
    path: "/images/{id}",
    operationId: "getImage",
    summary: "Show one image",
    ...secureRoute("read", options),
    request: { headers: preferHeader, params: z.object({ id: imageId }) },
    responses: {
      200: describeJson("The image with the URLs of its renditions.", image, ETAG),
      304: describeEmpty("The caller has it already.", ETAG),
      ...describeProblems("invalid-input", "not-found"),
    },
  });
  api.openapi(route, async (c) =>
    answerConditionally(c, image, toImageJson(await findImage(c, options, c.req.valid("param").id))),
  );
}
