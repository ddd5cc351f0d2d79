import { createRoute, z } from "@hono/zod-openapi";
import { quote, SafelightError } from "../../../domain/model/errors.js";
import { type Api, secureRoute } from "../app.js";
import { findImage, preferHeader } from "../awaited-image.js";
import type { CompleteOptions } from "../options.js";
import { describeEmpty, describeProblems } from "../responses.js";
import { imageId, isWebAddress } from "../schemas.js";

/** `GET /images/{id}/{spec}` */
export function getRendition(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "get",
    path: "/images/{id}/{spec}",
    operationId: "getRendition",
    summary: "Redirect to a rendition",
    ...secureRoute("read", options),
    request: {
      headers: preferHeader,
      params: z.object({ id: imageId, spec: z.string().openapi({ example: "thumb" }) }),
    },
    responses: {
      302: describeEmpty("The current URL of the rendition.", {
        Location: { schema: { type: "string", format: "uri" } },
      }),
      ...describeProblems("invalid-input", "not-found"),
    },
  });
  api.openapi(route, async (c) => {
    const { id, spec } = c.req.valid("param");
    const { status, renditions } = await findImage(c, options, id);
    const rendition = renditions.find(({ name }) => name === spec);
    if (isWebAddress(rendition?.url)) return c.redirect(rendition.url, 302);
    const message = rendition
      ? `the rendition ${quote(spec)} has no public URL; set baseUrl of its adapters to where renditions are served`
      : `expected the name of a rendition but received ${quote(spec)}; the image is ${status}`;
    throw new SafelightError("not-found", message);
  });
}
