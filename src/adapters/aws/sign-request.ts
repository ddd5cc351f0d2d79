import { createHash, createHmac } from "node:crypto";

/** A `POST` to a service. */
export interface SignableRequest {
  readonly host: string;
  /** Without a query, and with nothing in it that would be encoded. */
  readonly path: string;
  readonly region: string;
  /** As in the credential scope, such as `secretsmanager`. */
  readonly service: string;
  /** Beside those that every signed request has; their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whoever signs, and when. */
export interface RequestSigner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly date: Date;
}

/** The headers of the request, signed by Signature Version 4. */
export function signRequest(
  { host, path, region, service, headers: own, body }: SignableRequest,
  { accessKeyId, secretAccessKey, sessionToken, date }: RequestSigner,
): Readonly<Record<string, string>> {
  const time = date.toISOString().replace(/[-:]|\.\d+/g, "");
  const hash = computeHash(body);
  const all = {
    ...own,
    host,
    "x-amz-content-sha256": hash,
    "x-amz-date": time,
    ...(sessionToken && { "x-amz-security-token": sessionToken }),
  };
  // In the order of the alphabet, as the signature wants them.
  const entries = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
  const names = entries.map(([name]) => name).join(";");
  const lines = entries.map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", path, "", lines.join(""), names, hash].join("\n");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), computeHash(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>(
    (secret, part) => computeMac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  const credential = `Credential=${[accessKeyId, ...scope].join("/")}`;
  const signature = `Signature=${computeMac(key, text).toString("hex")}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, ${signature}`;
  return { ...all, authorization };
}

const computeHash = (text: string) => createHash("sha256").update(text).digest("hex");
const computeMac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
