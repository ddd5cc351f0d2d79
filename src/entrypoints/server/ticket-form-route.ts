import type { LocalUploadTickets } from "../../adapters/local/index.js";
import { invalidInput, refusal, SafelightError } from "../../domain/model/errors.js";
import { FILE_NAME_METADATA, readStoredFileName } from "../../domain/model/file-name.js";
import { readStoredOwner } from "../../domain/model/owner.js";
import type { Pipeline } from "../../domain/pipeline.js";
import { assertAdmission } from "../http/app.js";
import type { Authorize, HttpApi, HttpApiOptions } from "../http/index.js";
import { FORM_OVERHEAD, readForm } from "../http/multipart.js";
import { type MemoryReservation, readChunks, UploadMemory } from "../http/request-body.js";

/** Where the forms of upload tickets are sent. */
export const FORM_PATH = "/uploads/form";

/** Options of {@link takeTicketForms}. */
export interface TicketFormOptions {
  readonly tickets: Pick<LocalUploadTickets, "verifyTicket">;
  readonly pipeline: Pipeline;
  /** May refuse a request before anything of it is read. */
  readonly guard: Authorize;
  readonly admit: NonNullable<HttpApiOptions["admit"]>;
  readonly onAccepted: (key: string) => void;
  /** Most bytes of unfinished forms that are held at one time. */
  readonly memory: number;
  /** Seconds that a form may take to arrive whole. */
  readonly bodyTimeout: number;
}

type TicketTerms = ReturnType<LocalUploadTickets["verifyTicket"]>;
type Fields = Readonly<Record<string, string>>;

/** The fields of every form, apart from its file and its metadata. */
const REQUIRED_FIELDS: ReadonlySet<string> = new Set([
  "key",
  "Content-Type",
  "policy",
  "x-safelight-signature",
]);
const METADATA_PREFIX = "x-amz-meta-";

/**
 * Adds `POST /uploads/form`, the place of S3's presigned POST: the signed form is the permission, as it is there. What
 * the ticket does not say to the letter is refused and nothing is stored. The answer to a form is 204, as S3's.
 */
export function takeTicketForms(api: HttpApi, options: TicketFormOptions): void {
  const memory = new UploadMemory(options.memory);
  api.post(FORM_PATH, async (c) => {
    const arrived = new Date();
    await options.guard(c.req.raw, "write", c.env);
    assertAdmission(options.admit);
    const held = memory.reserve();
    try {
      // As S3 does: a form that arrived in time may take its time to arrive whole.
      const verifyFields = (fields: Fields) => verifyTicket(fields, options, arrived);
      const { fields, bytes } = await readWithLimits(c.req.raw, options, held, verifyFields);
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
    }
    return c.body(null, 204);
  });
}

/** Reads a form, and of its file no more than the ticket before it allows: without one, nothing. */
async function readWithLimits(
  request: Request,
  { pipeline, bodyTimeout }: TicketFormOptions,
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
    seconds: bodyTimeout,
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

/** As S3, it refuses a field that no condition of the policy names. */
function verifyTicket(fields: Fields, { tickets }: TicketFormOptions, now: Date): TicketTerms {
  const ticket = tickets.verifyTicket(fields, { now });
  const metadata = Object.keys(ticket.metadata).map((name) => METADATA_PREFIX + name);
  const extra = Object.keys(fields).find((field) => !REQUIRED_FIELDS.has(field) && !metadata.includes(field));
  if (extra !== undefined) throw refusal("forbidden", "only those of the upload ticket", "the fields", extra);
  return ticket;
}

function createError(maxBytes: number): SafelightError {
  return new SafelightError("too-large", `expected at most ${maxBytes} bytes for the file but received more`);
}
