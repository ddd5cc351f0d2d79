import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Buckets } from "./buckets.js";
import { Refusal } from "./refusal.js";
import type { Incoming } from "./signature.js";

const MOST_KEYS = 1_000;

/**
 * Answers DeleteObjects. It insists on `Content-MD5` beside the checksum that Amazon S3 takes alone, since most stores
 * that speak its language know nothing else.
 */
export function deleteObjects(
  buckets: Buckets,
  bucket: string,
  headers: Incoming["headers"],
  body: Buffer,
): string {
  checkSums(headers, body);
  const { keys, quiet } = readRequest(body.toString());
  const results = keys.map((key) => {
    const code = buckets.refused.get(key);
    if (code !== undefined) return `<Error><Key>${escapeXml(key)}</Key><Code>${code}</Code></Error>`;
    buckets.delete(bucket, key);
    return quiet ? "" : `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>${results.join("")}</DeleteResult>`;
}

function checkSums(headers: Incoming["headers"], body: Buffer): void {
  const given = headers["content-md5"];
  if (given === undefined) throw new Refusal(400, "MissingContentMD5");
  if (given !== createHash("md5").update(body).digest("base64")) throw new Refusal(400, "BadDigest");
  const checksum = headers["x-amz-checksum-crc32"];
  const counted = Buffer.alloc(4);
  counted.writeUInt32BE(crc32(body));
  if (checksum !== undefined && checksum !== counted.toString("base64")) throw new Refusal(400, "BadDigest");
}

/** An XML parser would refuse control characters and trim white space around a key; so does this one. */
function readRequest(xml: string): { keys: readonly string[]; quiet: boolean } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml))
    throw new Refusal(400, "MalformedXML");
  const keys = [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, text = ""]) => unescapeXml(text.trim()));
  if (keys.length === 0 || keys.length > MOST_KEYS) throw new Refusal(400, "MalformedXML");
  return { keys, quiet: xml.includes("<Quiet>true</Quiet>") };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|(\w+));/g, (_, code?: string, name = "") =>
    code === undefined ? (ENTITIES[name] ?? "") : String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
}
