import { Refusal } from "./refusal.js";

/** A form as a browser sends it: fields by lower-case name, and the file that ends it. */
export interface PostForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: Buffer;
}

/** In every field S3 replaces this by the name of the file, before it looks at the policy. */
const FILE_NAME = `$\{filename}`;

/** Takes a `multipart/form-data` body apart. */
export function parseForm(contentType: string, body: Buffer): PostForm {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Refusal(400, "MalformedPOSTRequest");
  const fields: Record<string, string> = {};
  for (const part of splitParts(body, Buffer.from(`--${boundary}`))) {
    const end = part.indexOf("\r\n\r\n");
    // The part still has the line break after the boundary before it, and the one before the next boundary.
    const [head, content] = [part.subarray(0, end).toString(), part.subarray(end + 4, -2)];
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? "";
    if (name === "file") {
      const fileName = /filename="([^"]*)"/.exec(head)?.[1]?.replace(/^.*[/\\]/, "") ?? "";
      const expanded = Object.entries(fields).map(([field, value]) => [
        field,
        value.replaceAll(FILE_NAME, () => fileName),
      ]);
      return { fields: Object.fromEntries(expanded), file: content };
    }
    fields[name.toLowerCase()] = content.toString();
  }
  throw new Refusal(400, "InvalidArgument");
}

function splitParts(body: Buffer, boundary: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  let start = body.indexOf(boundary);
  for (;;) {
    const next = body.indexOf(boundary, start + boundary.length);
    if (start < 0 || next < 0) return parts;
    parts.push(body.subarray(start + boundary.length, next));
    start = next;
  }
}

/** Refuses what the policy does not allow: its time, each condition, and each field that no condition names. */
export function checkPolicy({ fields, file }: PostForm, bucket: string, now: Date): void {
  const { expiration, conditions }: { expiration: string; conditions: readonly unknown[] } = JSON.parse(
    Buffer.from(fields.policy ?? "", "base64").toString(),
  );
  if (now.getTime() >= Date.parse(expiration)) throw new Refusal(403, "AccessDenied");
  const given: Record<string, string> = { ...fields, bucket: fields.bucket ?? bucket };
  const named = new Set(["policy", "x-amz-signature"]);
  if (given.bucket !== bucket) throw new Refusal(403, "AccessDenied");
  for (const condition of conditions) {
    const [kind, name, value] = Array.isArray(condition)
      ? condition
      : ["eq", `$${Object.keys(Object(condition))[0]}`, Object.values(Object(condition))[0]];
    if (kind === "content-length-range") {
      if (file.length < Number(name)) throw new Refusal(400, "EntityTooSmall");
      if (file.length > Number(value)) throw new Refusal(400, "EntityTooLarge");
      continue;
    }
    const field = String(name).slice(1).toLowerCase();
    named.add(field);
    const holds = kind === "eq" ? given[field] === value : given[field]?.startsWith(String(value)) === true;
    if (!holds) throw new Refusal(403, "AccessDenied");
  }
  const extra = Object.keys(fields).filter((field) => !named.has(field) && !field.startsWith("x-ignore-"));
  if (extra.length > 0) throw new Refusal(403, "AccessDenied");
}
