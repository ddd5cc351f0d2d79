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

/** Checks Signature Version 4 in the `Authorization` header; returns who signed. */
export function verifyRequest(request: Incoming, accounts: readonly Account[]): Account {
  const { headers, body } = request;
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
  const canonical = [
    request.method,
    request.path,
    request.query
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
  const account = accountOf(credential, accounts);
  const scope = credential.split("/").slice(1).join("/");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest].join("\n");
  if (signed(account, scope, text) !== signature) throw new Refusal(403, "SignatureDoesNotMatch");
  return account;
}

/** Checks the signature under a POST policy. */
export function verifyPolicy(fields: Readonly<Record<string, string>>, accounts: readonly Account[]): void {
  const credential = fields["x-amz-credential"] ?? "";
  const account = accountOf(credential, accounts);
  const scope = credential.split("/").slice(1).join("/");
  if (signed(account, scope, fields.policy ?? "") !== fields["x-amz-signature"])
    throw new Refusal(403, "SignatureDoesNotMatch");
}

function accountOf(credential: string, accounts: readonly Account[]): Account {
  const account = accounts.find(({ accessKeyId }) => accessKeyId === credential.split("/")[0]);
  if (!account) throw new Refusal(403, "InvalidAccessKeyId");
  return account;
}

function signed({ secretAccessKey }: Account, scope: string, text: string): string {
  const key = scope
    .split("/")
    .reduce<Buffer>((secret, part) => mac(secret, part), Buffer.from(`AWS4${secretAccessKey}`));
  return mac(key, text).toString("hex");
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
