import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { BlobStore } from "../../src/ports/blob-store.js";
import type { TicketBinds, UploadTickets } from "../../src/ports/upload-tickets.js";

const SECRET = "put-store";

/** The conditions that the store's URLs enforce, and those that its tickets state. */
export interface PutStoreOptions {
  readonly originals: BlobStore;
  readonly now?: () => Date;
  readonly binds?: TicketBinds;
}

/**
 * A store that takes uploads as many clouds do: a PUT to a signed URL that names the key and the time, and nothing else.
 * The headers come with the ticket, and whoever sends others is taken at its word.
 */
export async function startPutStore(options: PutStoreOptions) {
  const { originals, now = () => new Date() } = options;
  const { binds = { contentType: false, size: false, metadata: false } } = options;
  /** The requests that were accepted. */
  const accepted: { readonly headers: IncomingMessage["headers"]; readonly bytes: number }[] = [];
  const server = createServer((request, response) => {
    accept(request)
      .catch(() => 500)
      .then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function accept(request: IncomingMessage): Promise<number> {
    const { headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const query = new URL(request.url ?? "", origin).searchParams;
    const [key = "", expires = "", signature] = ["key", "expires", "signature"].map(
      (name) => query.get(name) ?? "",
    );
    if (request.method !== "PUT" || signature !== signKey(key, expires)) return 403;
    if (now().getTime() >= Number(expires)) return 403;
    const contentType = headers["content-type"] ?? "application/octet-stream";
    const metadata = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        name.startsWith("x-meta-") ? [[name.slice("x-meta-".length), String(value)]] : [],
      ),
    );
    await originals.put(Buffer.from(key, "base64url").toString(), bytes, { contentType, metadata });
    accepted.push({ headers, bytes: bytes.length });
    return 201;
  }

  const tickets: UploadTickets = {
    binds,
    issue: async ({ key, contentType, expiresIn, metadata = {} }) => {
      const expiresAt = new Date(now().getTime() + expiresIn * 1_000);
      const [name, expires] = [Buffer.from(key).toString("base64url"), String(expiresAt.getTime())];
      const query = new URLSearchParams({ key: name, expires, signature: signKey(name, expires) });
      const kept = Object.entries(metadata).map(([one, value]) => [`x-meta-${one}`, value]);
      const headers = { "content-type": contentType, ...Object.fromEntries(kept) };
      return { method: "PUT", url: `${origin}/?${query}`, headers, fields: {}, expiresAt };
    },
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { origin, tickets, accepted, close };
}

function signKey(key: string, expires: string): string {
  return createHmac("sha256", SECRET).update(`${key}\n${expires}`).digest("hex");
}
