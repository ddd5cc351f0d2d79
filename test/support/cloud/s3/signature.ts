import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "./refusal.js";

/** Whom the store knows. */
export interface Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Without it a missing object answers 403, as with a role that has no `s3:ListBucket`. Default: true. */
  readonly mayList?: boolean;
}

/** A request as it came in; `path` and `query` are as they were on the wire. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Checks Signature Version 4 in the `Authorization` header or, of a presigned request, in the query; returns who signed. */
export function verifyRequest(request: Incoming, accounts: readonly Account[], now: Date): Account {
  const { headers, body } = request;
  if (headers.authorization === undefined && request.query.includes("X-Amz-Signature="))
    return verifyPresigned(request, accounts, now);
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (!match) throw new Refusal(403, "AccessDenied");
  const [, credential = "", signedHeaders = "", signature] = match;
  const hash = String(headers["x-amz-content-sha256"]);
  if (hash.startsWith("STREAMING")) throw new Refusal(501, "NotImplemented");
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== createHash("sha256").update(body).digest("hex"))
    throw new Refusal(400, "XAmzContentSHA256Mismatch");
  return identifySigner(
    request,
    { credential, signedHeaders, signature, hash, date: String(headers["x-amz-date"]) },
    accounts,
  );
}

/** A presigned request: its query says what is signed and until when it is good. */
function verifyPresigned(request: Incoming, accounts: readonly Account[], now: Date): Account {
  const query = new URLSearchParams(request.query);
  const readParameter = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const [credential, signedHeaders, signature] = [
    readParameter("Credential"),
    readParameter("SignedHeaders"),
    readParameter("Signature"),
  ];
  if (readParameter("Content-Sha256") !== "UNSIGNED-PAYLOAD")
    throw new Refusal(400, "XAmzContentSHA256Mismatch");
  const date = readParameter("Date");
  const began = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(now.getTime() < began + Number(readParameter("Expires")) * 1_000))
    throw new Refusal(403, "AccessDenied");
  // Every header that S3 acts on must be signed.
  const unsigned = Object.keys(request.headers).find(
    (name) => name.startsWith("x-amz-") && !signedHeaders.split(";").includes(name),
  );
  if (unsigned !== undefined) throw new Refusal(403, "AccessDenied");
  const rest = request.query
    .split("&")
    .filter((pair) => !pair.startsWith("X-Amz-Signature="))
    .join("&");
  const hash = "UNSIGNED-PAYLOAD";
  return identifySigner(
    { ...request, query: rest },
    { credential, signedHeaders, signature, hash, date },
    accounts,
  );
}

interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string | undefined;
  readonly hash: string;
  readonly date: string;
}

function identifySigner(
  { method, path, query, headers }: Incoming,
  { credential, signedHeaders, signature, hash, date }: Claim,
  accounts: readonly Account[],
): Account {
  const canonical = [
    method,
    path,
    query
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
      .sort()
      .join("&"),
    ...signedHeaders.split(";").map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders,
    hash,
  ].join("\n");
  const account = findAccount(credential, accounts);
  const scope = credential.split("/").slice(1).join("/");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", date, scope, digest].join("\n");
  if (computeSignature(account, scope, text) !== signature) throw new Refusal(403, "SignatureDoesNotMatch");
  return account;
}

/** Checks the signature under a POST policy. */
export function verifyPolicy(fields: Readonly<Record<string, string>>, accounts: readonly Account[]): void {
  const credential = fields["x-amz-credential"] ?? "";
  const account = findAccount(credential, accounts);
  const scope = credential.split("/").slice(1).join("/");
  if (computeSignature(account, scope, fields.policy ?? "") !== fields["x-amz-signature"])
    throw new Refusal(403, "SignatureDoesNotMatch");
}

function findAccount(credential: string, accounts: readonly Account[]): Account {
  const account = accounts.find(({ accessKeyId }) => accessKeyId === credential.split("/")[0]);
  if (!account) throw new Refusal(403, "InvalidAccessKeyId");
  return account;
}

function computeSignature({ secretAccessKey }: Account, scope: string, text: string): string {
  const key = scope
    .split("/")
    .reduce<Buffer>((secret, part) => computeMac(secret, part), Buffer.from(`AWS4${secretAccessKey}`));
  return computeMac(key, text).toString("hex");
}

function computeMac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
