import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Buckets, type S3EventRecord } from "./buckets.js";
import { MultipartUploads } from "./multipart-uploads.js";
import { type Answer, answerRequest } from "./objects.js";
import { checkPolicy, parseForm } from "./post-form.js";
import { Refusal } from "./refusal.js";
import { type Account, type Incoming, verifyPolicy, verifyRequest } from "./signature.js";

/** Starts what the tests take for Amazon S3: path-style, on a free port of this machine. */
export async function startS3({
  accounts,
  now = () => new Date(),
}: {
  accounts: readonly Account[];
  now?: () => Date;
}) {
  const listeners: ((record: S3EventRecord) => Promise<void> | void)[] = [];
  const telling: (Promise<void> | void)[] = [];
  const buckets = new Buckets({
    tell: (record) => {
      for (const listener of listeners) telling.push(listener(record));
    },
    now,
  });
  const uploads = new MultipartUploads(buckets);
  const admitted = new Set<string>();
  const server = createServer((message, response) => {
    // A rule for cross-origin uploads, as a bucket's configuration has it: for one origin, `POST` and any header.
    const { origin = "" } = message.headers;
    if (admitted.has(origin)) response.setHeader("access-control-allow-origin", origin);
    if (message.method === "OPTIONS") {
      const allowed = { "access-control-allow-methods": "POST", "access-control-allow-headers": "*" };
      response.writeHead(admitted.has(origin) ? 200 : 403, allowed).end();
      return;
    }
    receive(message)
      .then(async (request) => {
        const answered = answer(request);
        await Promise.all(telling.splice(0));
        return answered;
      })
      .catch((error: unknown) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, "InternalError");
        const body = message.method === "HEAD" ? undefined : refusal.body;
        return { status: refusal.status, headers: { "content-type": "application/xml" }, body };
      })
      .then(({ status, headers, body }: Answer) => response.writeHead(status, { ...headers }).end(body));
  });
  // A connection that is closed while a request is on its way would look like a fault of the service.
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;

  function answer(request: Incoming): Answer {
    const { bucket, key } = parsePath(request.path);
    const contentType = request.headers["content-type"] ?? "";
    if (request.method === "POST" && contentType.startsWith("multipart/form-data"))
      return acceptForm(bucket, contentType, request.body);
    const account = verifyRequest(request, accounts, now());
    return answerRequest(
      { buckets, uploads },
      request,
      { bucket, key, query: new URLSearchParams(request.query) },
      account,
    );
  }

  function acceptForm(bucket: string, contentType: string, body: Buffer): Answer {
    const form = parseForm(contentType, body);
    verifyPolicy(form.fields, accounts);
    checkPolicy(form, bucket, now());
    const { key = "", "content-type": type = "application/octet-stream" } = form.fields;
    const metadata = Object.entries(form.fields).filter(([name]) => name.startsWith("x-amz-meta-"));
    const headers = { "content-type": type, ...Object.fromEntries(metadata) };
    buckets.put(bucket, key, form.file, { headers, event: "Post" });
    return { status: 204 };
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    createBucket: (bucket: string, options?: { versioned?: boolean }) => buckets.create(bucket, options),
    /** Lets the pages of an origin upload by forms. */
    admitOrigin: (origin: string) => void admitted.add(origin),
    /** A batch leaves the key undeleted and names `code` for it; without a code it is deleted again. */
    refuseDeleting(key: string, code?: string): void {
      if (code === undefined) buckets.refused.delete(key);
      else buckets.refused.set(key, code);
    },
    /** Tells every change from now on, each once and in order; a request is answered once its change is told. */
    onChange: (listener: (record: S3EventRecord) => Promise<void> | void) => void listeners.push(listener),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The store as its starter has it. */
export type S3 = Awaited<ReturnType<typeof startS3>>;

async function receive(message: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const { method = "", url = "", headers } = message;
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return { method, path, query: mark < 0 ? "" : url.slice(mark + 1), headers, body: Buffer.concat(chunks) };
}

/** The path is not parsed as a URL would be: `..` is part of a key like any other text. */
function parsePath(path: string): { bucket: string; key: string } {
  const [, bucket = "", ...rest] = path.split("/");
  return { bucket, key: decodeURIComponent(rest.join("/")) };
}
