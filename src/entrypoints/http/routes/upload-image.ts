import { createRoute } from "@hono/zod-openapi";
import { cleanFileName } from "../../../domain/model/file-name.js";
import { formatFacts } from "../../../domain/model/image-format.js";
import { imageIdOf } from "../../../domain/model/image-id.js";
import { answer } from "../answer.js";
import { type Api, admitted, secured } from "../app.js";
import { preferHeader, preferredWait } from "../awaited-image.js";
import type { UploadMemory } from "../limited-body.js";
import type { CompleteOptions } from "../options.js";
import { json, LOCATION, problems } from "../responses.js";
import { accepted, image, shownImage } from "../schemas.js";
import { checkUpload, newKey, ownerOf, readUpload } from "../uploads.js";

const BINARY = { schema: { type: "string", format: "binary" } } as const;

/** Not a Zod schema: with one, the form would be read whole before anybody counts its bytes. */
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
      "A form with one part named `file`, or the bytes themselves. What it is, is told by its content alone. It is stored, and rendered soon after.",
    ...secured("write", options, admitted(options)),
    request: {
      headers: preferHeader,
      body: {
        required: true,
        content: { "multipart/form-data": FORM, "application/octet-stream": BINARY, "image/*": BINARY },
      },
    },
    responses: {
      200: json("Settled within `Prefer: wait`.", image, LOCATION),
      202: json("Stored; it will be rendered.", accepted, LOCATION),
      ...problems("invalid-input", "too-large", "unsupported-format", "corrupt-image"),
    },
  });
  api.openapi(route, async (c) => {
    const { signal } = c.req.raw;
    const owner = ownerOf(c.get("owner"), options);
    const held = memory.open();
    let key: string;
    try {
      const { bytes, fileName } = await readUpload(c.req.raw, options, held);
      const format = checkUpload(bytes, options.pipeline.config.uploads);
      await options.inspect?.(bytes, signal);
      key = newKey(options.ids, format);
      const { contentType } = formatFacts(format);
      const said = { fileName: cleanFileName(fileName ?? ""), owner };
      // From here on the upload counts, whether or not its sender waits for the answer.
      await options.pipeline.upload({ key, bytes, contentType, ...said });
    } finally {
      held.release();
    }
    options.onAccepted(key);
    const imageId = imageIdOf(key);
    const headers = { location: `/images/${imageId}` };
    const seconds = preferredWait(c.req.header("prefer"), options.longestWait);
    if (seconds !== undefined) {
      const awaited = await options.pipeline.waitUntilSettled(imageId, { seconds, signal });
      if (awaited.settled && awaited.image) return answer(c, 200, image, shownImage(awaited.image), headers);
    }
    return answer(c, 202, accepted, { imageId, key, status: "pending" }, headers);
  });
}
