import type { SentTicket } from "../../../src/ports/contracts/index.js";

/** Sends what a ticket says; resolves to whether it was accepted. */
export async function sendTicket(ticket: SentTicket, bytes: Uint8Array): Promise<boolean> {
  const { method, url, headers } = ticket;
  const answer =
    method === "PUT"
      ? await fetch(url, { method, headers, body: Buffer.from(bytes) })
      : await sendForm(ticket, bytes);
  await answer.text();
  return answer.ok;
}

/**
 * The body is put together here because a browser's own
 * `FormData` turns every line break in a field into CR LF: a key with a lone one is then refused, as it must be, and
 * only a client like this one can send it.
 */
function sendForm({ url, headers, fields }: SentTicket, bytes: Uint8Array): Promise<Response> {
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
  const contentType = `multipart/form-data; boundary=${boundary}`;
  return fetch(url, { method: "POST", headers: { ...headers, "content-type": contentType }, body });
}
