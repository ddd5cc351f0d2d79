import { createHash, createHmac } from "node:crypto";

/** A request to `POST /` of a service that speaks JSON. */
export interface JsonRequest {
  readonly host: string;
  readonly region: string;
  /** As in the credential scope, such as `secretsmanager`. */
  readonly service: string;
  /** The operation, as in `X-Amz-Target`. */
  readonly target: string;
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
  { host, region, service, target, body }: JsonRequest,
  { accessKeyId, secretAccessKey, sessionToken, date }: RequestSigner,
): Readonly<Record<string, string>> {
  const time = date.toISOString().replace(/[-:]|\.\d+/g, "");
  const hash = computeHash(body);
  // In the order of the alphabet, as the signature wants them.
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    host,
    "x-amz-content-sha256": hash,
    "x-amz-date": time,
    ...(sessionToken && { "x-amz-security-token": sessionToken }),
    "x-amz-target": target,
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", "/", "", lines.join(""), names, hash].join("\n");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), computeHash(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>(
    (secret, part) => computeMac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  const credential = `Credential=${[accessKeyId, ...scope].join("/")}`;
  const signature = `Signature=${computeMac(key, text).toString("hex")}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, ${signature}`;
  return { ...headers, authorization };
}

const computeHash = (text: string) => createHash("sha256").update(text).digest("hex");
const computeMac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
