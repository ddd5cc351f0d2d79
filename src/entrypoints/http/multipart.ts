import { quote, SafelightError } from "../../domain/model/errors.js";
import { ByteSource } from "./byte-source.js";
import { type Disposition, parseDisposition } from "./content-disposition.js";

/** Limits of the file in a form. */
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

/**
 * How many bytes a form may have beside its file, its fields, headers and boundaries together: as S3 has it, and twice
 * what the longest ticket needs. Before the file nothing tells yet whether the sender may upload at all.
 */
export const FORM_OVERHEAD = 20 * 1024;

/** Longest text before the first boundary, and longest padding behind one: nobody sends more. */
const MAX_PREAMBLE_BYTES = 1024;
const MAX_PADDING_BYTES = 64;

const LINE_END = Buffer.from("\r\n");
const HEADERS_END = Buffer.from("\r\n\r\n");

/**
 * Reads a `multipart/form-data` body (RFC 7578) as it arrives: fields, and one part named `file`. What is too much is
 * refused while it arrives. Throws `invalid-input` for a body that is not such a form.
 */
export async function readForm(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
  limits: LimitsByFields,
): Promise<FormWithFile> {
  // The body begins with a delimiter that lacks its line break: with one it looks like all the others.
  const source = new ByteSource(body, "\r\n");
  try {
    return await readParts(new FormSource(source), parseDelimiter(contentType), limits);
  } finally {
    await source.close();
  }
}

async function readParts(
  source: FormSource,
  delimiter: Buffer,
  limits: LimitsByFields,
): Promise<FormWithFile> {
  const fields = new Map<string, string>();
  let file: Pick<FormWithFile, "bytes" | "fileName"> | undefined;
  await source.readText(delimiter, {
    most: MAX_PREAMBLE_BYTES,
    what: "a form that begins with its boundary",
  });
  while (!(await isLast(source))) {
    const { name, fileName } = await readHeaders(source);
    if (name === "file") {
      if (file) throw createFormError("one part named file", "another one");
      file = { bytes: await source.readFile(delimiter, limits(fields)), fileName };
    } else {
      const value = await source.readText(delimiter);
      if (!fields.has(name)) fields.set(name, value);
    }
  }
  if (!file) throw createFormError("one part named file", "none");
  return { fields, ...file };
}

/** Whether the delimiter just read was the closing one; otherwise moves to the headers of the next part. */
async function isLast(source: FormSource): Promise<boolean> {
  const next = await source.readBytes(2);
  if (next.toString("latin1") === "--") return true;
  if (next.equals(LINE_END)) return false;
  // Spaces may follow a boundary (RFC 2046): whatever else does, is none.
  const what = "a line break after a boundary";
  const padding = await source.readText(LINE_END, { most: MAX_PADDING_BYTES, what });
  if (!/^[ \t]*$/.test(next.toString("latin1") + padding)) throw createFormError(what);
  return false;
}

async function readHeaders(source: FormSource): Promise<Disposition & { readonly name: string }> {
  const headers = await source.readText(HEADERS_END);
  // A line that begins with a space or a tab continues the one before it (RFC 5322).
  for (const line of headers.replace(/\r\n(?=[ \t])/g, "").split("\r\n")) {
    const [, value] = /^content-disposition\s*:(.*)$/is.exec(line) ?? [];
    const disposition = value === undefined ? undefined : parseDisposition(value);
    if (disposition?.type === "form-data" && disposition.name !== undefined)
      return { ...disposition, name: disposition.name };
  }
  throw createFormError("a name for every part");
}

/** The bytes of a form. All that is not of its file counts together. */
class FormSource {
  readonly #bytes: ByteSource;
  #left = FORM_OVERHEAD;

  constructor(bytes: ByteSource) {
    this.#bytes = bytes;
  }

  /** Resolves to the text before the next delimiter, and skips that; refuses more than `most` bytes as not being `what`. */
  async readText(
    delimiter: Buffer,
    limit?: { readonly most: number; readonly what: string },
  ): Promise<string> {
    const narrow = limit !== undefined && limit.most < this.#left;
    const bytes = await this.#read(delimiter, narrow ? limit.most : this.#left, () =>
      narrow
        ? createFormError(limit.what)
        : createFormError(`at most ${FORM_OVERHEAD} bytes beside the file`, "more"),
    );
    this.#left = Math.max(0, this.#left - bytes.length - delimiter.length);
    return bytes.toString("utf8");
  }

  /** Resolves to the file, which ends with the delimiter. */
  readFile(delimiter: Buffer, { maxFileBytes, createError }: FormLimits): Promise<Buffer> {
    return this.#read(delimiter, maxFileBytes, createError);
  }

  readBytes(count: number): Promise<Buffer> {
    return this.#bytes.readBytes(count);
  }

  async #read(delimiter: Buffer, most: number, createError: () => Error): Promise<Buffer> {
    const bytes = await this.#bytes.readUntilDelimiter(delimiter, most, createError);
    if (bytes === undefined) throw createFormError("a whole form", "one that ends in the middle");
    return bytes;
  }
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
