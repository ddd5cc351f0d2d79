import type { Ticket } from "../../../src/ports/upload-tickets.js";

/**
 * Sends a ticket's form; resolves to whether it was accepted. The body is put together here because a browser's own
 * `FormData` turns every line break in a field into CR LF: a key with a lone one is then refused, as it must be, and
 * only a client like this one can send it.
 */
export async function sendForm(
  { url, fields }: Pick<Ticket, "url" | "fields">,
  bytes: Uint8Array,
): Promise<boolean> {
  const boundary = "----safelight-form";
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n";
  const body = Buffer.concat([
    Buffer.from(parts.join("") + file),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  const answer = await fetch(url, { method: "POST", headers, body });
  await answer.text();
  return answer.ok;
}
