import { createRoute, z } from "@hono/zod-openapi";
import { quote, SafelightError } from "../../../domain/model/errors.js";
import { getFormatFacts } from "../../../domain/model/image-format.js";
import { isWebAddress } from "../../../domain/model/web-address.js";
import { type Api, secureRoute } from "../app.js";
import { findImage, preferHeader } from "../awaited-image.js";
import { chooseContentType } from "../choose-content-type.js";
import { imageId } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { NotAcceptable } from "../problem.js";
import { describeEmpty, describeNotAcceptable, describeProblems } from "../responses.js";

/** `GET /images/{id}/{spec}` */
export function getRendition(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "get",
    path: "/images/{id}/{spec}",
    operationId: "getRendition",
    summary: "Redirect to a rendition",
    description:
      "Of a spec with several formats, to the best one that `Accept` allows: the one that it wants most, and of several that it wants as much, the one that the configuration lists first.",
    ...secureRoute("read", options),
    request: {
      headers: preferHeader.extend({
        accept: z.string().optional().openapi({ example: "image/avif,image/webp,image/*;q=0.8" }),
      }),
      params: z.object({ id: imageId, spec: z.string().openapi({ example: "thumb" }) }),
    },
    responses: {
      302: describeEmpty("The current URL of the rendition.", {
        Location: { schema: { type: "string", format: "uri" } },
        Vary: { schema: { type: "string" } },
      }),
      ...describeNotAcceptable(),
      ...describeProblems("invalid-input", "not-found"),
    },
  });
  api.openapi(route, async (c) => {
    const { id, spec } = c.req.valid("param");
    const { status, renditions } = await findImage(c, options, id);
    const made = renditions.filter(({ name }) => name === spec);
    c.header("Vary", "Accept");
    if (made.length > 0) {
      const accept = c.req.header("accept");
      const offered = made.map(({ format }) => getFormatFacts(format).contentType);
      const chosen = chooseContentType(accept, offered);
      if (chosen === undefined) throw new NotAcceptable(offered, accept ?? "");
      const url = made[offered.indexOf(chosen)]?.url;
      if (isWebAddress(url)) return c.redirect(url, 302);
    }
    const message =
      made.length > 0
        ? `the rendition ${quote(spec)} has no public URL; set baseUrl of its adapters to where renditions are served`
        : `expected the name of a rendition but received ${quote(spec)}; the image is ${status}`;
    throw new SafelightError("not-found", message);
  });
}
