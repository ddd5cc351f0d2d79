import { createRoute, z } from "@hono/zod-openapi";
import { answerConditionally } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { page, status, toImageJson } from "../image-schemas.js";
import { resolveListedOwner } from "../listed-owner.js";
import type { CompleteOptions } from "../options.js";
import { ownerName } from "../owner-schemas.js";
import { describeEmpty, describeJson, describeProblems, ETAG } from "../responses.js";

const LIMIT = "a whole number from 1 to 1,000";

const query = z.object({
  limit: z
    .string({ error: LIMIT })
    .regex(/^(?:[1-9]\d{0,2}|1000)$/, { error: LIMIT })
    .transform(Number)
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum: 1000, default: 100 }),
  cursor: z
    .string({ error: "the cursor of a page" })
    .min(1, { error: "the cursor of a page" })
    .max(4_096, { error: "the cursor of a page" })
    .optional()
    .openapi({ description: "The `cursor` of the previous page." }),
  status: status.optional(),
  tag: z
    .string({ error: "one tag" })
    .min(1, { error: "one tag" })
    .max(256, { error: "at most 256 characters" })
    .optional(),
  owner: ownerName.optional(),
  name: z
    .string({ error: "the beginning of a file's name" })
    .min(1, { error: "the beginning of a file's name" })
    .max(255, { error: "at most 255 characters" })
    .optional()
    .openapi({
      description:
        "Only images whose file name begins so, in any case, listed by name and then newest first. With a status or an owner; with a tag it is refused as invalid-input, and so it is where names have no index (`capabilities.searchByName` of `GET /status`).",
    }),
});

/** `GET /images` */
export function listImages(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "get",
    path: "/images",
    operationId: "listImages",
    summary: "List images, newest first or by name",
    ...secureRoute("read", options),
    request: { query },
    responses: {
      200: describeJson("A page.", page, ETAG),
      304: describeEmpty("The caller has it already.", ETAG),
      ...describeProblems("invalid-input"),
    },
  });
  api.openapi(route, async (c) => {
    const query = { ...c.req.valid("query"), ...resolveListedOwner(c.get("boundTo"), c.req.valid("query")) };
    const found = await options.pipeline.list(query, { signal: c.req.raw.signal });
    return answerConditionally(c, page, { items: found.items.map(toImageJson), cursor: found.cursor });
  });
}
