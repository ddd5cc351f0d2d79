import { createRoute, z } from "@hono/zod-openapi";
import { refusal } from "../../../domain/model/errors.js";
import { requireAdmission } from "../admission.js";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { preferHeader, readPreferredWait } from "../awaited-image.js";
import { toImageJson } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { limitJsonBody } from "../request-body.js";
import { accepted, processed } from "../request-schemas.js";
import { describeJson, describeProblems, LOCATION, toImageLocation } from "../responses.js";

/** The wait unless `Prefer` says otherwise. */
const DEFAULT_WAIT_SECONDS = 20;

const request = z
  .strictObject(
    {
      key: z.string({ error: "the key of an original" }).openapi({ example: "uploads/cat.jpg" }),
      bucket: z
        .string({ error: "a string" })
        .optional()
        .openapi({ description: "The name of the originals store; no other is allowed." }),
      force: z
        .boolean({ error: "true or false" })
        .optional()
        .openapi({ description: "Render everything again, even what is up to date." }),
      invalidate: z
        .boolean({ error: "true or false" })
        .optional()
        .openapi({ description: "Invalidate everything that the CDN may hold of the image." }),
    },
    { error: "an object" },
  )
  .openapi("ProcessRequest");

/** `POST /process` */
export function processOriginal(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "post",
    path: "/process",
    operationId: "processOriginal",
    summary: "Process an original that is stored already",
    description: `The request is queued at once. The answer waits ${DEFAULT_WAIT_SECONDS} seconds for the result, or as long as \`Prefer\` says.`,
    ...secureRoute("write", options, requireAdmission(options), limitJsonBody(options)),
    request: {
      headers: preferHeader,
      body: { required: true, content: { "application/json": { schema: request } } },
    },
    responses: {
      200: describeJson("Processed, or rejected.", processed, LOCATION),
      202: describeJson("Queued; not processed yet.", accepted, LOCATION),
      ...describeProblems("invalid-input", "not-found", "too-large", "unsupported-format"),
    },
  });
  api.openapi(route, async (c) => {
    const { key, bucket, ...how } = c.req.valid("json");
    if (bucket !== undefined && bucket !== options.bucket)
      throw refusal("forbidden", "the originals store, or nothing,", "bucket", bucket);
    const { signal } = c.req.raw;
    const owner = c.get("boundTo");
    const { imageId, version } = await options.pipeline.requestProcessing(key, { ...how, owner });
    c.get("releasePlace")();
    options.onAccepted(key);
    const headers = { location: toImageLocation(imageId) };
    const seconds = readPreferredWait(c, options, DEFAULT_WAIT_SECONDS);
    const wait = { since: version, seconds, owner, signal };
    const awaited = await options.pipeline.waitUntilSettled(imageId, wait);
    if (awaited.settled && awaited.image) {
      const record = toImageJson(awaited.image);
      const done = { original: key, processed: record.renditions[0]?.key ?? null, record };
      return answer(c, 200, processed, done, headers);
    }
    const status = awaited.image ? toImageJson(awaited.image).status : "pending";
    return answer(c, 202, accepted, { imageId, key, status }, headers);
  });
}
