import { quote, SafelightError } from "../../domain/model/errors.js";
import { ByteSource } from "./byte-source.js";
import { type Disposition, parseDisposition } from "./content-disposition.js";

/** Limits of the file in a form. A client needs a few short fields and one file; anything beyond is refused at once. */
export interface FormLimits {
  readonly maxFileBytes: number;
  /** Creates the error for a larger file. */
  readonly createError: () => SafelightError;
}

/**
 * Decides on the limits of the file once the fields before it are known, and before a byte of it is read. An error that
 * it throws refuses the form.
 */
export type LimitsByFields = (fields: ReadonlyMap<string, string>) => FormLimits;

/** A form with one file in it. */
export interface FormWithFile {
  /** Text fields by name; of several with one name, the first. */
  readonly fields: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
  /** As the client wrote it: not to be trusted. */
  readonly fileName?: string;
}

const MAX_PARTS = 32;
const MAX_HEADER_BYTES = 8 * 1024;
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_PREAMBLE_BYTES = 1024;

/** How many bytes a form may have beside its file. */
export const FORM_OVERHEAD = 256 * 1024;

const LINE_END = Buffer.from("\r\n");
const HEADERS_END = Buffer.from("\r\n\r\n");

/**
 * Reads a `multipart/form-data` body (RFC 7578) as it arrives: fields, and one part named `file`. What is too much, in
 * parts, headers or bytes, is refused while it arrives. Throws `invalid-input` for a body that is not such a form.
 */
export async function readForm(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
  limits: LimitsByFields,
): Promise<FormWithFile> {
  // The body begins with a delimiter that lacks its line break: with one it looks like all the others.
  const source = new ByteSource(body, "\r\n");
  try {
    return await readParts(source, parseDelimiter(contentType), limits);
  } finally {
    await source.close();
  }
}

async function readParts(
  source: ByteSource,
  delimiter: Buffer,
  limits: LimitsByFields,
): Promise<FormWithFile> {
  const fields = new Map<string, string>();
  let file: Pick<FormWithFile, "bytes" | "fileName"> | undefined;
  await readUntilDelimiter(source, delimiter, MAX_PREAMBLE_BYTES, () =>
    createFormError("a form that begins with its boundary"),
  );
  for (let parts = 0; !(await isLast(source)); parts += 1) {
    if (parts === MAX_PARTS) throw createFormError(`at most ${MAX_PARTS} parts`, "more");
    const { name, fileName } = await readHeaders(source);
    if (name === "file") {
      if (file) throw createFormError("one part named file", "another one");
      const { maxFileBytes, createError } = limits(fields);
      file = { bytes: await readUntilDelimiter(source, delimiter, maxFileBytes, createError), fileName };
    } else {
      const createError = () => createFormError(`at most ${MAX_FIELD_BYTES} bytes for a field`, "more");
      const value = (await readUntilDelimiter(source, delimiter, MAX_FIELD_BYTES, createError)).toString(
        "utf8",
      );
      if (!fields.has(name)) fields.set(name, value);
    }
  }
  if (!file) throw createFormError("one part named file", "none");
  return { fields, ...file };
}

/** Whether the delimiter just read was the closing one; otherwise moves to the headers of the next part. */
async function isLast(source: ByteSource): Promise<boolean> {
  const next = await source.readBytes(2);
  if (next.toString("latin1") === "--") return true;
  if (next.equals(LINE_END)) return false;
  // Spaces may follow a boundary (RFC 2046): whatever else does, is none.
  const padding = await readUntilDelimiter(source, LINE_END, 64, () =>
    createFormError("a line break after a boundary"),
  );
  if (!/^[ \t]*$/.test(next.toString("latin1") + padding.toString("latin1")))
    throw createFormError("a line break after a boundary");
  return false;
}

async function readHeaders(source: ByteSource): Promise<Disposition & { readonly name: string }> {
  const createError = () =>
    createFormError(`at most ${MAX_HEADER_BYTES} bytes of headers for a part`, "more");
  const headers = (await readUntilDelimiter(source, HEADERS_END, MAX_HEADER_BYTES, createError)).toString(
    "utf8",
  );
  for (const line of headers.split("\r\n")) {
    const [, value] = /^content-disposition\s*:(.*)$/is.exec(line) ?? [];
    const disposition = value === undefined ? undefined : parseDisposition(value);
    if (disposition?.type === "form-data" && disposition.name !== undefined)
      return { ...disposition, name: disposition.name };
  }
  throw createFormError("a name for every part");
}

async function readUntilDelimiter(
  source: ByteSource,
  delimiter: Buffer,
  most: number,
  createError: () => Error,
): Promise<Buffer> {
  const bytes = await source.readUntilDelimiter(delimiter, most, createError);
  if (bytes === undefined) throw createFormError("a whole form", "one that ends in the middle");
  return bytes;
}

/** RFC 2046: 1 to 70 characters, which may be quoted. */
function parseDelimiter(contentType: string): Buffer {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? "";
  if (!/^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/.test(boundary))
    throw createFormError("a boundary of 1 to 70 characters in Content-Type", quote(contentType));
  return Buffer.from(`\r\n--${boundary}`, "latin1");
}

function createFormError(expected: string, received = "something else"): SafelightError {
  return new SafelightError("invalid-input", `expected ${expected} for the form but received ${received}`);
}
