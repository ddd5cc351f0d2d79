import type { Api } from "./app.js";
import { computeEtag, matchesEtag } from "./etag.js";
import { HTTP_STATUS } from "./problem.js";

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
  const codes = Object.entries(HTTP_STATUS).map(([code, status]) => `\`${code}\` (${status})`);
  const text = JSON.stringify(
    api.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Safelight",
        version: "1",
        license: { name: "MIT", url: "https://spdx.org/licenses/MIT.html" },
        description: `Uploaded images become thumbnails, watermarked renditions and searchable metadata. Errors are problem details (RFC 9457) with a \`code\`: ${codes.join(", ")}.`,
      },
      // Relative to the document itself, wherever it is.
      servers: [{ url: "." }],
    }),
  );
  return { text, etag: computeEtag(text) };
}
