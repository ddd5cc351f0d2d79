import { invalidInput, SafelightError } from "../../../domain/model/errors.js";
import { FILE_NAME_METADATA, readStoredFileName } from "../../../domain/model/file-name.js";
import { readStoredOwner } from "../../../domain/model/owner.js";
import type { Pipeline } from "../../../domain/pipeline.js";
import type { TicketTerms, TicketVerifier } from "../../../ports/upload-tickets.js";
import { admitAll, reservePlace } from "../admission.js";
import type { Api } from "../app.js";
import { FORM_OVERHEAD, readForm } from "../multipart.js";
import { type HttpApiOptions, LIMITS } from "../options.js";
import { readChunks } from "../request-body.js";
import { describeEmpty, describeOpenProblems } from "../responses.js";
import { type MemoryReservation, UploadMemory } from "../upload-memory.js";

/** Where the forms of upload tickets are sent. */
export const FORM_PATH = "/uploads/form";

/**
 * Most bytes of forms whose ticket is not verified yet. Anybody may send those, so they take no room from uploads, and the
 * longest silent of them makes room for the next: a form as people send them brings its fields at once.
 */
const STRANGERS_BYTES = 8 * 1024 * 1024;

/** Options of {@link takeTicketForms}; those that {@link HttpApiOptions} has as well mean the same. */
export interface TicketFormOptions
  extends Pick<HttpApiOptions, "admit" | "onAccepted" | "maxUploadMemoryBytes" | "bodyTimeoutSeconds"> {
  readonly pipeline: Pipeline;
  /** The tickets of `local` or `memory`, whose `uploadUrl` leads here. */
  readonly tickets: TicketVerifier;
}

type CompleteFormOptions = Required<TicketFormOptions>;
type Fields = Readonly<Record<string, string>>;

/**
 * Adds `POST /uploads/form`, the place of S3's presigned POST: the signed form is the permission, as it is there. What
 * the ticket does not say to the letter is refused and nothing is stored. The answer to a form is 204, as S3's. Call it
 * before the API is mounted.
 */
export function takeTicketForms(api: Api, given: TicketFormOptions): void {
  const options = { admit: admitAll, onAccepted: () => {}, ...LIMITS, ...given };
  const strangers = new UploadMemory(STRANGERS_BYTES, { silenceSeconds: 10, yields: true });
  const holders = new UploadMemory(options.maxUploadMemoryBytes);
  describeRoute(api);
  api.post(FORM_PATH, async (c) => {
    const arrived = new Date();
    // A look, no more: whoever has shown no ticket takes no place.
    reservePlace(options.admit)();
    let releasePlace = () => {};
    const held = strangers.reserve();
    try {
      // As S3 does: a form that arrived in time may take its time to arrive whole.
      const verifyFields = (fields: Fields) => options.tickets.verifyTicket(fields, { now: arrived });
      const admitFile = (fields: Fields) => {
        const ticket = verifyFields(fields);
        held.move(holders);
        releasePlace = reservePlace(options.admit);
        return ticket;
      };
      const { fields, bytes } = await readWithLimits(c.req.raw, options, held, admitFile);
      // Once more: fields may have come after the file.
      const ticket = verifyFields(fields);
      if (bytes.length === 0) throw invalidInput("at least 1 byte", "the file", 0);
      const { key, contentType, metadata } = ticket;
      // The ticket says it, which nobody can have changed.
      const owner = readStoredOwner({ key, metadata }, { owner: "caller" });
      const fileName = FILE_NAME_METADATA in metadata ? readStoredFileName({ key, metadata }) : undefined;
      // From here on the upload counts, whether or not its sender waits for the answer.
      await options.pipeline.upload({ key, bytes, contentType, fileName, owner });
      options.onAccepted(key);
    } finally {
      held.release();
      releasePlace();
    }
    return c.body(null, 204);
  });
}

function describeRoute(api: Api): void {
  api.openAPIRegistry.registerPath({
    method: "post",
    path: FORM_PATH,
    operationId: "sendTicketForm",
    summary: "Upload an image with a ticket",
    description:
      "The fields of the ticket first, then the image as the last part, `file`. The ticket is the permission.",
    request: {
      body: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              properties: { file: { type: "string", format: "binary" } },
              required: ["file"],
            },
          },
        },
      },
    },
    responses: {
      204: describeEmpty("Stored; it will be rendered."),
      ...describeOpenProblems("invalid-input", "too-large"),
    },
  });
}

/** Reads a form, and of its file no more than the ticket before it allows: without one, nothing. */
async function readWithLimits(
  request: Request,
  { pipeline, bodyTimeoutSeconds }: CompleteFormOptions,
  held: MemoryReservation,
  allowed: (fields: Fields) => TicketTerms,
): Promise<{ fields: Fields; bytes: Uint8Array }> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType))
    throw invalidInput("multipart/form-data", "Content-Type", contentType);
  const { maxBytes } = pipeline.config.uploads;
  const body = readChunks(request, {
    maxBytes: maxBytes + FORM_OVERHEAD,
    createError: () => createError(maxBytes),
    seconds: bodyTimeoutSeconds,
    reservation: held,
  });
  const form = await readForm(contentType, body, (fields) => {
    const ticket = allowed(Object.fromEntries(fields));
    // The policy may have become stricter since the ticket was issued.
    const maxFileBytes = Math.min(ticket.maxBytes, maxBytes);
    return { maxFileBytes, createError: () => createError(maxFileBytes) };
  });
  return { fields: Object.fromEntries(form.fields), bytes: form.bytes };
}

function createError(maxBytes: number): SafelightError {
  return new SafelightError("too-large", `expected at most ${maxBytes} bytes for the file but received more`);
}
