import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { linkSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refusal, SafelightError } from "../../domain/model/errors.js";
import type {
  Ticket,
  TicketRequest,
  TicketTerms,
  TicketVerifier,
  UploadTickets,
} from "../../ports/upload-tickets.js";
import type { DataDirectory } from "./data-directory.js";
import { discard } from "./file-tree.js";
import { readErrorCode, toUnavailable } from "./system-errors.js";

const SIGNATURE_FIELD = "x-safelight-signature";

/** The fields of metadata are called as in a form of Amazon S3. */
const METADATA_PREFIX = "x-amz-meta-";

/** The fields of every form, apart from its file and its metadata. */
const REQUIRED_FIELDS: ReadonlySet<string> = new Set(["key", "Content-Type", "policy", SIGNATURE_FIELD]);

/** The rules of a ticket, in the words of the policy of Amazon S3's presigned POST. */
interface Policy {
  readonly expiration: string;
  readonly conditions: readonly [
    ["eq", "$key", string],
    ["eq", "$Content-Type", string],
    ["content-length-range", 1, number],
    ...["eq", string, string][],
  ];
}

/** Tickets signed with a secret of the data directory: forms like those of S3, for the server of the same directory. */
export class LocalUploadTickets implements UploadTickets, TicketVerifier {
  readonly binds = { contentType: true, size: true, metadata: true };
  readonly #data: DataDirectory;
  readonly #url: string;
  #secret: Buffer | undefined;

  /** `url` is where the server takes the form. */
  constructor({ data, url }: { data: DataDirectory; url: string }) {
    this.#data = data;
    this.#url = url;
  }

  async issue(request: TicketRequest): Promise<Ticket> {
    const { key, contentType, maxBytes, expiresIn, metadata = {} } = request;
    const expiresAt = new Date(Date.now() + expiresIn * 1_000);
    const kept = Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value] as const);
    const rules: Policy = {
      expiration: expiresAt.toISOString(),
      conditions: [
        ["eq", "$key", key],
        ["eq", "$Content-Type", contentType],
        ["content-length-range", 1, maxBytes],
        ...kept.map(([name, value]): ["eq", string, string] => ["eq", `$${name}`, value]),
      ],
    };
    const policy = Buffer.from(JSON.stringify(rules)).toString("base64");
    const fields = {
      key,
      "Content-Type": contentType,
      ...Object.fromEntries(kept),
      policy,
      [SIGNATURE_FIELD]: this.#sign(policy),
    };
    return { method: "POST", url: this.#url, headers: {}, fields, expiresAt };
  }

  /** As S3, it refuses a field that no condition of the policy names. */
  verifyTicket(fields: Readonly<Record<string, string>>, { now }: { now: Date }): TicketTerms {
    const { policy = "", [SIGNATURE_FIELD]: signature = "" } = fields;
    if (!isSameSignature(signature, this.#sign(policy)))
      throw createForbiddenError("an upload ticket signed by this server", "another signature");
    const { expiration, conditions }: Policy = JSON.parse(Buffer.from(policy, "base64").toString());
    const [[, , key], [, , contentType], [, , maxBytes], ...kept] = conditions;
    if (now.getTime() >= Date.parse(expiration))
      throw createForbiddenError(
        `an upload before the ticket expires at ${expiration}`,
        `one at ${now.toISOString()}`,
      );
    if (fields.key !== key) throw createForbiddenError("the key of the upload ticket", "another key");
    if (fields["Content-Type"] !== contentType)
      throw createForbiddenError("the content type of the upload ticket", "another content type");
    const metadata: Record<string, string> = {};
    for (const [, field, value] of kept) {
      if (fields[field.slice(1)] !== value)
        throw createForbiddenError("the metadata of the upload ticket", "other metadata");
      metadata[field.slice(1 + METADATA_PREFIX.length)] = value;
    }
    const named = new Set([...REQUIRED_FIELDS, ...kept.map(([, field]) => field.slice(1))]);
    const extra = Object.keys(fields).find((field) => !named.has(field));
    if (extra !== undefined)
      throw refusal("forbidden", "only those of the upload ticket", "the fields", extra);
    return { key, contentType, maxBytes, metadata };
  }

  #sign(policy: string): string {
    // Loaded for the first ticket: whoever only reads the directory needs no place to write to.
    this.#secret ??= loadSecret(this.#data);
    return createHmac("sha256", this.#secret).update(policy).digest("hex");
  }
}

/** Reads the secret of the directory, or makes it: whole or not at all, whoever else makes it at the same time. */
function loadSecret(data: DataDirectory): Buffer {
  const file = join(data.dir, "ticket-secret");
  const temporary = data.createTemporaryPath();
  try {
    writeFileSync(temporary, randomBytes(32), { flag: "wx", mode: 0o600, flush: true });
    linkSync(temporary, file);
  } catch (error) {
    if (readErrorCode(error) !== "EEXIST") throw toUnavailable(`creating ${file}`, error);
  } finally {
    discard(temporary);
  }
  try {
    return readFileSync(file);
  } catch (error) {
    throw toUnavailable(`reading ${file}`, error);
  }
}

function isSameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function createForbiddenError(expected: string, received: string): SafelightError {
  return new SafelightError("forbidden", `expected ${expected} but received ${received}`);
}
