import { createRoute, z } from "@hono/zod-openapi";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { imageId } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { describeJson, describeProblems } from "../responses.js";

const completion = z.object({ imageId }).openapi("CompletedUpload");

/** `POST /uploads/{id}/complete` */
export function completeUpload(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "post",
    path: "/uploads/{id}/complete",
    operationId: "completeUpload",
    summary: "Say that the upload of a ticket is there",
    description:
      "Needed only for tickets whose `complete` is true: their store tells of no upload, so that the image would appear when the ticket has expired. Elsewhere, without a ticket, said again or too early, it does nothing.",
    ...secureRoute("write", options),
    request: { params: z.object({ id: imageId }) },
    responses: {
      202: describeJson("The image is looked at soon, if its upload is there.", completion),
      ...describeProblems("invalid-input"),
    },
  });
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    await options.tickets.complete?.(id, { signal: c.req.raw.signal });
    return answer(c, 202, completion, { imageId: id });
  });
}
