import type { Api } from "./app.js";
import { computeEtag, matchesEtag } from "./etag.js";
import { describeOtherRequests } from "./other-requests.js";
import { HTTP_STATUS } from "./problem.js";
import { describeEmpty, describeOpenProblems, ETAG } from "./responses.js";

/** Adds `GET /openapi.json`: the OpenAPI document of the API that `describe` returns. */
export function serveOpenApiDocument(api: Api, describe: () => Api): void {
  // Rendered with the first request: most processes never receive one.
  let document: { text: string; etag: string } | undefined;
  api.get("/openapi.json", (c) => {
    document ??= renderDocument(describe());
    const headers = { etag: document.etag, "cache-control": "no-cache" };
    if (matchesEtag(c.req.header("if-none-match"), document.etag)) return c.body(null, 304, headers);
    return c.body(document.text, 200, { "content-type": "application/json", ...headers });
  });
}

function renderDocument(api: Api): { text: string; etag: string } {
  api.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A token of the server, or whatever the gateway in front of it requires.",
  });
  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/openapi.json",
    operationId: "describeApi",
    summary: "Describe the API: this document",
    responses: {
      200: {
        ...describeEmpty("The document.", ETAG),
        content: { "application/json": { schema: { type: "object" } } },
      },
      304: describeEmpty("The caller has it already.", ETAG),
      ...describeOpenProblems(),
    },
  });
  const codes = Object.entries(HTTP_STATUS).map(([code, status]) => `\`${code}\` (${status})`);
  const text = JSON.stringify(
    describeOtherRequests(
      api.getOpenAPI31Document({
        openapi: "3.1.0",
        info: {
          title: "Safelight",
          version: "1",
          license: { name: "MIT", url: "https://spdx.org/licenses/MIT.html" },
          description: `Uploaded images become thumbnails, watermarked renditions and searchable metadata. Errors are problem details (RFC 9457) with a \`code\`: ${codes.join(", ")}. \`HEAD\` is answered as \`GET\`, without the body. Other methods of a path are answered by its \`x-other-methods\`, and other paths by \`x-other-paths\`.`,
        },
        // Relative to the document itself, wherever it is.
        servers: [{ url: "." }],
      }),
    ),
  );
  return { text, etag: computeEtag(text) };
}
