import { createRoute } from "@hono/zod-openapi";
import { cleanFileName } from "../../../domain/model/file-name.js";
import { getFormatFacts } from "../../../domain/model/image-format.js";
import { deriveImageId } from "../../../domain/model/image-id.js";
import { requireAdmission } from "../admission.js";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import { preferHeader, readPreferredWait } from "../awaited-image.js";
import { image, toImageJson } from "../image-schemas.js";
import type { CompleteOptions } from "../options.js";
import { accepted } from "../request-schemas.js";
import { describeJson, describeProblems, LOCATION, toImageLocation } from "../responses.js";
import type { UploadMemory } from "../upload-memory.js";
import { checkUpload, createKey, readUpload, resolveUploader } from "../uploads.js";

const BINARY = { schema: { type: "string", format: "binary" } } as const;

/** Not a Zod schema, with which the whole form would be read before its bytes are counted. */
const FORM = {
  schema: {
    type: "object" as const,
    properties: { file: { type: "string" as const, format: "binary" } },
    required: ["file"],
  },
};

/** `POST /images` */
export function uploadImage(api: Api, options: CompleteOptions, memory: UploadMemory): void {
  const route = createRoute({
    method: "post",
    path: "/images",
    operationId: "uploadImage",
    summary: "Upload an image",
    description:
      "Send a form with one part named `file`, or the bytes themselves. The content alone decides the format. The image is stored, and rendered soon after.",
    ...secureRoute("write", options, requireAdmission(options)),
    request: {
      headers: preferHeader,
      body: {
        required: true,
        content: { "multipart/form-data": FORM, "application/octet-stream": BINARY, "image/*": BINARY },
      },
    },
    responses: {
      200: describeJson("Settled within `Prefer: wait`.", image, LOCATION),
      202: describeJson("Stored; it will be rendered.", accepted, LOCATION),
      ...describeProblems("invalid-input", "too-large", "unsupported-format", "corrupt-image"),
    },
  });
  api.openapi(route, async (c) => {
    const { signal } = c.req.raw;
    const { owner, prefix } = resolveUploader(c, options);
    const held = memory.reserve();
    let key: string;
    try {
      const { bytes, fileName } = await readUpload(c.req.raw, options, held);
      const format = checkUpload(bytes, options.pipeline.config.uploads);
      await options.inspect?.(bytes, signal);
      key = createKey(options.ids, format, prefix);
      const { contentType } = getFormatFacts(format);
      const attributes = { fileName: cleanFileName(fileName ?? ""), owner };
      // From here on the upload is complete, whether or not its sender waits for the answer.
      await options.pipeline.upload({ key, bytes, contentType, ...attributes });
    } finally {
      held.release();
    }
    c.get("releasePlace")();
    options.onAccepted(key);
    const imageId = deriveImageId(key);
    const headers = { location: toImageLocation(imageId) };
    const seconds = readPreferredWait(c, options);
    if (seconds !== undefined) {
      const awaited = await options.pipeline.waitUntilSettled(imageId, {
        seconds,
        owner: c.get("boundTo"),
        signal,
      });
      if (awaited.settled && awaited.image) return answer(c, 200, image, toImageJson(awaited.image), headers);
    }
    return answer(c, 202, accepted, { imageId, key, status: "pending" }, headers);
  });
}
