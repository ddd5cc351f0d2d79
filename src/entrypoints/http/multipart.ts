import { SafelightError, shown } from "../../domain/model/errors.js";
import { ByteSource } from "./byte-source.js";
import { type Disposition, parseDisposition } from "./content-disposition.js";

/** What a form may be. A client needs a handful of short fields and one file; everything beyond is refused at once. */
export interface FormLimits {
  readonly maxFileBytes: number;
  /** What is thrown for a larger file. */
  readonly tooLarge: () => SafelightError;
}

/**
 * Says what the file may be once the fields before it are known, before a byte of it is read; what it throws refuses
 * the form.
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
    return await readParts(source, delimiterIn(contentType), limits);
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
  await upTo(source, delimiter, MAX_PREAMBLE_BYTES, () => malformed("a form that begins with its boundary"));
  for (let parts = 0; !(await isLast(source)); parts += 1) {
    if (parts === MAX_PARTS) throw malformed(`at most ${MAX_PARTS} parts`, "more");
    const { name, fileName } = await readHeaders(source);
    if (name === "file") {
      if (file) throw malformed("one part named file", "another one");
      const { maxFileBytes, tooLarge } = limits(fields);
      file = { bytes: await upTo(source, delimiter, maxFileBytes, tooLarge), fileName };
    } else {
      const tooLong = () => malformed(`at most ${MAX_FIELD_BYTES} bytes for a field`, "more");
      const value = (await upTo(source, delimiter, MAX_FIELD_BYTES, tooLong)).toString("utf8");
      if (!fields.has(name)) fields.set(name, value);
    }
  }
  if (!file) throw malformed("one part named file", "none");
  return { fields, ...file };
}

/** Whether the delimiter just read was the closing one; otherwise moves to the headers of the next part. */
async function isLast(source: ByteSource): Promise<boolean> {
  const next = await source.take(2);
  if (next.toString("latin1") === "--") return true;
  if (next.equals(LINE_END)) return false;
  // Spaces may follow a boundary (RFC 2046): whatever else does, is none.
  const padding = await upTo(source, LINE_END, 64, () => malformed("a line break after a boundary"));
  if (!/^[ \t]*$/.test(next.toString("latin1") + padding.toString("latin1")))
    throw malformed("a line break after a boundary");
  return false;
}

async function readHeaders(source: ByteSource): Promise<Disposition & { readonly name: string }> {
  const tooLong = () => malformed(`at most ${MAX_HEADER_BYTES} bytes of headers for a part`, "more");
  const headers = (await upTo(source, HEADERS_END, MAX_HEADER_BYTES, tooLong)).toString("utf8");
  for (const line of headers.split("\r\n")) {
    const [, value] = /^content-disposition\s*:(.*)$/is.exec(line) ?? [];
    const disposition = value === undefined ? undefined : parseDisposition(value);
    if (disposition?.type === "form-data" && disposition.name !== undefined)
      return { ...disposition, name: disposition.name };
  }
  throw malformed("a name for every part");
}

async function upTo(
  source: ByteSource,
  delimiter: Buffer,
  most: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const bytes = await source.until(delimiter, most, tooLong);
  if (bytes === undefined) throw malformed("a whole form", "one that ends in the middle");
  return bytes;
}

/** RFC 2046: 1 to 70 characters, which may be quoted. */
function delimiterIn(contentType: string): Buffer {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? "";
  if (!/^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/.test(boundary))
    throw malformed("a boundary of 1 to 70 characters in Content-Type", shown(contentType));
  return Buffer.from(`\r\n--${boundary}`, "latin1");
}

function malformed(expected: string, received = "something else"): SafelightError {
  return new SafelightError("invalid-input", `expected ${expected} for the form but received ${received}`);
}
