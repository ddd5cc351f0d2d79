import type { Context } from "hono";
import { routePath } from "hono/route";
import { SafelightError } from "../../../domain/model/errors.js";
import type { BlobInfo, BlobStore } from "../../../ports/blob-store.js";
import type { Api } from "../app.js";
import { parseRange } from "../byte-range.js";
import { chooseFile } from "../choose-content-type.js";
import { matchesEtag } from "../etag.js";
import { NotAcceptable } from "../problem.js";
import { describeEmpty, describeNotAcceptable, describeOpenProblems, ETAG } from "../responses.js";

/** Where renditions are: `<path>/<rendition key>`. */
export const RENDITIONS_PATH = "/renditions";

/**
 * Adds `GET` and `HEAD /renditions/{key}`: the files of the renditions store as a CDN would serve them. A key that
 * stands for several formats is answered with the best one that `Accept` allows. A key is only
 * ever a key of that store, whatever dots and slashes are in it. No permission is needed: who has the URL, which
 * nobody can guess, may have the picture. Call it before the API is mounted.
 */
export function serveRenditions(api: Api, { renditions }: { readonly renditions: BlobStore }): void {
  describeRoute(api);
  api.get(`${RENDITIONS_PATH}/*`, async (c) => {
    const key = findFile(c, parseKey(c));
    if (c.req.method === "HEAD" || c.req.header("if-none-match") !== undefined) {
      const info = await renditions.head(key);
      const headers = toHeaders(info);
      if (matchesEtag(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
      if (c.req.method === "HEAD") return c.body(null, 200, { ...headers, "content-length": `${info.size}` });
    }
    // Written again since, by a handler that was late, it may have another etag: only what is read now counts.
    const blob = await renditions.get(key);
    const headers = toHeaders(blob);
    const representation = { etag: headers.etag, size: blob.size };
    const wanted = parseRange(c.req.header("range"), c.req.header("if-range"), representation);
    if (wanted === "none")
      return c.body(null, 416, {
        ...toUnsatisfiableHeaders(headers),
        "content-range": `bytes */${blob.size}`,
      });
    if (wanted === "all") return respond(c, 200, blob.bytes, headers);
    const { first, last } = wanted;
    const range = { "content-range": `bytes ${first}-${last}/${blob.size}` };
    return respond(c, 206, blob.bytes.subarray(first, last + 1), { ...headers, ...range });
  });
}

/** The key of the file to send, which `Accept` chooses where a key stands for several. */
function findFile(c: Context, key: string): string {
  const accept = c.req.header("accept");
  const chosen = chooseFile(key, accept);
  if (!chosen) return key;
  c.header("Vary", "Accept", { append: true });
  if (chosen.key === undefined) throw new NotAcceptable(chosen.offered, accept ?? "");
  return chosen.key;
}

const FILE = { "image/*": { schema: { type: "string", format: "binary" } } } as const;

const FILE_HEADERS = {
  ...ETAG,
  "Accept-Ranges": { required: true, schema: { type: "string" } },
  "Content-Disposition": { schema: { type: "string" } },
};

const RANGE = { "Content-Range": { required: true, schema: { type: "string" } } };

function describeRoute(api: Api): void {
  const text = { type: "string" } as const;
  api.openAPIRegistry.registerPath({
    method: "get",
    path: `${RENDITIONS_PATH}/{key}`,
    operationId: "getRenditionFile",
    summary: "Fetch the file of a rendition, or a range of it",
    parameters: [
      {
        name: "key",
        in: "path",
        required: true,
        schema: text,
        description: "Its key, with the slashes in it.",
        "x-multi-segment": true,
      } as never,
      { name: "accept", in: "header", schema: text },
      { name: "if-none-match", in: "header", schema: text },
      { name: "if-range", in: "header", schema: text },
      { name: "range", in: "header", schema: text },
    ],
    responses: {
      200: { ...describeEmpty("The whole file.", FILE_HEADERS), content: FILE },
      206: { ...describeEmpty("The range.", { ...FILE_HEADERS, ...RANGE }), content: FILE },
      304: describeEmpty("The caller has it already.", FILE_HEADERS),
      416: describeEmpty("The file has no such range.", { ...FILE_HEADERS, ...RANGE }),
      ...describeNotAcceptable(),
      ...describeOpenProblems("invalid-input", "not-found"),
    },
  });
}

/** The key in a URL: the path below the route's own, each segment decoded once. A segment that does not decode is part of no key. */
function parseKey(c: Context): string {
  // Counted from the end: what is in front of the API is in the URL or not, as whoever mounted it has it.
  const length = c.req.path.split("/").length - (routePath(c).split("/").length - 1);
  const segments = new URL(c.req.url).pathname.split("/").slice(-length);
  try {
    return segments.map(decodeURIComponent).join("/");
  } catch (error) {
    throw new SafelightError(
      "not-found",
      "expected the percent-encoded path of a rendition but received text that cannot be decoded",
      {
        cause: error,
      },
    );
  }
}

function toHeaders({ etag, contentType, cacheControl, disposition }: BlobInfo) {
  return {
    etag: `"${etag}"`,
    "content-type": contentType,
    "cache-control": cacheControl ?? "no-cache",
    "accept-ranges": "bytes",
    ...(disposition !== undefined && { "content-disposition": disposition }),
  };
}

/** Without what is said about the picture: there is none in the answer. */
function toUnsatisfiableHeaders({ etag }: { etag: string }): Record<string, string> {
  return { etag, "accept-ranges": "bytes" };
}

function respond(
  c: Context,
  status: 200 | 206,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Response {
  return c.body(new Uint8Array(bytes), status, { ...headers, "content-length": `${bytes.length}` });
}
