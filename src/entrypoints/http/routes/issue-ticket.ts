import { createRoute, z } from "@hono/zod-openapi";
import { refusal, refusalInWords, type SafelightError } from "../../../domain/model/errors.js";
import { toFileNameMetadata } from "../../../domain/model/file-name.js";
import { getFormatFacts, type ImageFormat } from "../../../domain/model/image-format.js";
import { deriveImageId } from "../../../domain/model/image-id.js";
import { toOwnerMetadata } from "../../../domain/model/owner.js";
import { isWebAddress } from "../../../domain/model/web-address.js";
import { requireAdmission } from "../admission.js";
import { answer } from "../answer.js";
import { type Api, secureRoute } from "../app.js";
import type { CompleteOptions } from "../options.js";
import { limitJsonBody } from "../request-body.js";
import { describeJson, describeProblems } from "../responses.js";
import { ticket } from "../ticket-schema.js";
import { createKey, resolveUploader } from "../uploads.js";

/** How long a ticket is valid: long enough for a slow connection. */
const TICKET_SECONDS = 900;

const request = z
  .object(
    {
      fileName: z.string({ error: "a string" }).max(1_024, { error: "at most 1,024 characters" }).optional(),
      contentType: z
        .string({ error: "a content type" })
        .max(127, { error: "a content type" })
        .openapi({ example: "image/jpeg" }),
      bytes: z
        .int({ error: "a whole number of bytes" })
        .min(1, { error: "at least 1 byte" })
        .openapi({ description: "The length of the image." }),
    },
    { error: "an object" },
  )
  .openapi("TicketRequest");

/** `POST /uploads` */
export function issueTicket(api: Api, options: CompleteOptions): void {
  const route = createRoute({
    method: "post",
    path: "/uploads",
    operationId: "issueTicket",
    summary: "Get a ticket for a direct upload",
    description:
      "The ticket describes one request that uploads the image to exactly one key. Stores that can bind content type and length to the ticket; elsewhere the upload policy checks them later. The image appears under its `imageId` soon after the upload.",
    ...secureRoute("write", options, requireAdmission(options), limitJsonBody(options)),
    request: { body: { required: true, content: { "application/json": { schema: request } } } },
    responses: {
      200: describeJson("The ticket.", ticket),
      ...describeProblems("invalid-input", "too-large", "unsupported-format"),
    },
  });
  api.openapi(route, async (c) => {
    const { fileName, contentType, bytes } = c.req.valid("json");
    const { formats, maxBytes } = options.pipeline.config.uploads;
    assertOwnerBinding(options);
    const { owner, prefix } = resolveUploader(c, options);
    const format = findFormat(contentType, formats);
    if (bytes > maxBytes) throw refusal("too-large", `at most ${maxBytes} bytes`, "the image", bytes);
    const key = createKey(options.ids, format, prefix);
    const { method, url, headers, fields, expiresAt } = await options.tickets.issue({
      key,
      contentType: getFormatFacts(format).contentType,
      maxBytes: bytes,
      expiresIn: TICKET_SECONDS,
      metadata: { ...toFileNameMetadata(fileName), ...toOwnerMetadata(owner) },
    });
    if (!isWebAddress(url))
      throw refuseTicket(
        "a request for a ticket, whose form nothing takes: uploadUrl of the adapters is not set",
      );
    const sent = {
      ...{ method, url, headers, fields, expiresAt: expiresAt.toISOString() },
      ...(options.tickets.complete && { complete: true as const }),
    };
    return answer(c, 200, ticket, { imageId: deriveImageId(key), key, ...sent });
  });
}

/** Throws `forbidden` if the owner must be the caller and tickets here cannot bind it: their holder could name any owner. */
function assertOwnerBinding({ pipeline, tickets }: CompleteOptions): void {
  if (pipeline.config.uploads.owner !== "caller" || tickets.binds.metadata) return;
  throw refuseTicket("a request for a ticket, which cannot be bound to its owner, the caller, here");
}

function refuseTicket(received: string): SafelightError {
  return refusalInWords("forbidden", "POST /images", "an upload", received);
}

/** Finds the format of a content type. It is only the client's claim; the content is checked when it is settled. */
function findFormat(contentType: string, formats: readonly ImageFormat[]): ImageFormat {
  const essence = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  const format = formats.find((one) => listContentTypes(one).includes(essence));
  if (format) return format;
  const allowed = formats.flatMap(listContentTypes).join(", ");
  throw refusal("unsupported-format", `one of ${allowed}`, "contentType", contentType);
}

function listContentTypes(format: ImageFormat): readonly string[] {
  const { contentType, otherContentTypes = [] } = getFormatFacts(format);
  return [contentType, ...otherContentTypes];
}
