import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc, { type Arbitrary } from "fast-check";
import { local } from "../../../src/adapters/local/index.js";
import { memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import {
  bearerTokens,
  type HttpApi,
  httpApi,
  serveRenditions,
  takeTicketForms,
} from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { drawBrokenRequest } from "../../support/openapi/broken-requests.js";
import { AnswerChecker } from "../../support/openapi/check-answer.js";
import { listOperations, type OpenApiDocument } from "../../support/openapi/document.js";
import { type DrawnRequest, drawValidRequest } from "../../support/openapi/requests.js";
import { chooseCount, SEED } from "../../support/sample.js";
import { createBearerHeader, readJson, TOKENS } from "./running-api.js";

const BASE = "http://api.example";
const URLS = { baseUrl: `${BASE}/renditions`, uploadUrl: `${BASE}/uploads/form` };
const STORES = { memory, local };
/** It needs the fields of a ticket, which the store has signed: no drawn request has them. */
const NEVER_SUCCEEDS = ["POST /uploads/form"];

describe.each(["memory", "local"] as const)("requests drawn from the OpenAPI document, on %s", (stores) => {
  let api: HttpApi;
  let pipeline: Pipeline;
  let document: OpenApiDocument;
  let checker: AnswerChecker;
  let picture: Uint8Array;
  let valid: Arbitrary<DrawnRequest>;
  let close = () => {};
  /** The images that the requests made; the last one is that of `{{id}}` and `{{key}}`. */
  const images: { imageId: string; key: string }[] = [];
  const working = new Set<Promise<unknown>>();
  const succeeded = new Set<string>();

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), "safelight-described-"));
    const ports = STORES[stores]({ dir, ...URLS });
    close = () => {
      if ("close" in ports) (ports.close as () => void)();
      rmSync(dir, { recursive: true, force: true });
    };
    const { tickets, renditions } = ports;
    picture = new Uint8Array(await drawTestImage({ width: 32, height: 24 }));
    // Owners are kept, or erasing one could never succeed.
    pipeline = definePipeline({
      ...ports,
      engine: sharpEngine(),
      config: { uploads: { owner: "caller" } },
    });
    const authorize = bearerTokens([
      { token: TOKENS.both, permissions: ["read", "write"] },
      { token: TOKENS.read, permissions: ["read"] },
      { token: TOKENS.none, permissions: [] },
    ]);
    const onAccepted = () => {
      const run = pipeline.drainQueue().finally(() => working.delete(run));
      working.add(run);
    };
    // Streams of events end as soon as they have begun.
    const stopping = AbortSignal.abort();
    const options = { onAccepted, maxWaitSeconds: 0.1, bucket: "originals", stopping };
    api = httpApi({ pipeline, tickets, authorize, ...options });
    serveRenditions(api, { renditions });
    takeTicketForms(api, { pipeline, tickets, onAccepted });
    document = await readJson<OpenApiDocument>(api.request(`${BASE}/openapi.json`));
    checker = new AnswerChecker(document);
    valid = fc.oneof(
      ...listOperations(document).map((one) => drawValidRequest(document, one, { hints: HINTS, picture })),
    );
  });
  afterAll(async () => {
    await Promise.all(working);
    close();
  });

  /** Sends a request, with an image to be spoken of; lists what is wrong with the answer. */
  async function listFaults(drawn: DrawnRequest): Promise<readonly string[]> {
    const image = images.at(-1) ?? (await storeImage());
    const { path, query: parameters, body, method } = drawn;
    const rendition = path.includes("{{rendition}}") ? await findRendition(image.imageId) : "";
    const event = (await pipeline.events?.readNewest()) ?? "";
    const fill = (text: string) =>
      text
        .replaceAll("{{event}}", event)
        .replaceAll("{{id}}", image.imageId)
        .replaceAll("{{rendition}}", rendition)
        .replaceAll("{{key}}", image.key);
    const query = parameters.map(([name, value]) => `${encode(name)}=${encode(fill(value))}`).join("&");
    const isBodiless = method === "GET" || method === "HEAD";
    const request = new Request(`${BASE}${fill(path)}${query && `?${query}`}`, {
      method,
      headers: {
        ...createBearerHeader(TOKENS.both),
        ...Object.fromEntries(Object.entries(drawn.headers).map(([name, value]) => [name, fill(value)])),
      },
      ...(!isBodiless &&
        body !== undefined && { body: typeof body === "string" ? fill(body) : new Uint8Array(body) }),
    });
    const answer = await api.fetch(request);
    const { status } = answer;
    const { pathname } = new URL(request.url);
    const faults = await checker.findFaults(method, pathname, answer.clone());
    if (status < 400) noteSuccess(method, pathname, await answer.text());
    return faults.map((fault) => `${method} ${pathname.slice(0, 100)} answers ${status}: ${fault}`);
  }

  async function findRendition(imageId: string): Promise<string> {
    const image = await pipeline.get(imageId as ImageId);
    return image?.renditions[0]?.key ?? "none";
  }

  async function storeImage() {
    const key = `drawn-${images.length}-${Math.random()}.jpg`;
    const { imageId } = await pipeline.process({ key, bytes: picture });
    images.push({ imageId, key });
    return { imageId, key };
  }

  /** Notes which operation has succeeded, and which images there are since. */
  function noteSuccess(method: string, path: string, text: string): void {
    for (const { method: one, path: template } of listOperations(document))
      if (
        one === method &&
        new RegExp(`^${template.replace(/\{key\}/g, ".+").replace(/\{\w+\}/g, "[^/]+")}$`).test(path)
      )
        succeeded.add(`${one} ${template}`);
    if (method === "DELETE") images.pop();
    if (method !== "POST" || path !== "/images") return;
    const { imageId, key } = JSON.parse(text) as { imageId: string; key: string };
    images.push({ imageId, key });
  }

  const count = chooseCount({ fast: 25, ordinary: 75, long: 500 }, "SAFELIGHT_DRAWN_REQUESTS");
  const checkRequests = (requests: () => Arbitrary<DrawnRequest>) =>
    fc.assert(
      fc.asyncProperty(requests(), async (drawn) => {
        expect(await listFaults(drawn)).toEqual([]);
      }),
      { numRuns: count, seed: SEED, includeErrorInReport: true },
    );

  it("get answers that are described, and every operation succeeds, if they are valid", async () => {
    await checkRequests(() => valid);
    const missing = listOperations(document)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((one) => !succeeded.has(one) && !NEVER_SUCCEEDS.includes(one));
    // Few requests do not find an image for each operation.
    expect(count < 1_000 ? missing.slice(12) : missing).toEqual([]);
  });

  it("get answers that are described if they are broken", async () => {
    const tokens = [TOKENS.read, TOKENS.none, "unknown-token-0123456789"];
    await checkRequests(() => drawBrokenRequest(valid, { tokens, picture }));
  });
});

describe("the check of an answer", () => {
  const document = {
    paths: {
      "/health": {
        get: {
          responses: {
            200: {
              headers: { "X-Request-Id": { required: true, schema: { type: "string" } } },
              content: {
                "application/json": { schema: { type: "object", properties: { status: { enum: ["ok"] } } } },
              },
            },
          },
        },
      },
    },
    components: { schemas: {}, responses: {} },
  } as unknown as OpenApiDocument;
  const headers = { "content-type": "application/json", "x-request-id": "1" };

  it.each([
    ["nothing, if all is described", '{"status":"ok"}', { headers }, undefined],
    ["another status", "{}", { headers, status: 418 }, "the status 418 is not described"],
    ["another value", '{"status":"no"}', { headers }, "the body: "],
    ["a field more", '{"status":"ok","more":1}', { headers }, "must NOT have additional properties"],
    [
      "another content type",
      "{}",
      { headers: { ...headers, "content-type": "text/html" } },
      "text/html is not",
    ],
    ["a header less", "{}", { headers: { "content-type": "application/json" } }, "X-Request-Id is missing"],
    ["a header more", "{}", { headers: { ...headers, "x-more": "1" } }, "the header x-more is not described"],
  ])("finds %s", async (_what, body, init, fault) => {
    const faults = await new AnswerChecker(document).findFaults("GET", "/health", new Response(body, init));
    expect(faults).toEqual(fault === undefined ? [] : [expect.stringContaining(fault)]);
  });
});

/** A name or value of a query; one that cannot be decoded stays as it is. */
function encode(text: string): string {
  return text.startsWith("%") ? text : encodeURIComponent(text.replace(/\p{Cs}/gu, "_"));
}

const HINTS = {
  id: fc.oneof({ weight: 5, arbitrary: fc.constant("{{id}}") }, fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)),
  spec: fc.constantFrom("thumb", "preview", "unknown"),
  key: fc.oneof({ weight: 5, arbitrary: fc.constant("{{key}}") }, fc.string()),
  "path key": fc.constantFrom("{{rendition}}", "{{rendition}}", "none/of/these.jpg"),
  bucket: fc.constantFrom("originals", "others"),
  contentType: fc.constantFrom("image/jpeg", "image/png", "text/html"),
  prefer: fc.constantFrom("wait=0", "wait=1", "respond-async"),
  // An id that nothing has ever had is refused; of both, the header is looked at.
  after: fc.constantFrom("{{event}}", "none"),
  "last-event-id": fc.constantFrom("{{event}}", "{{event}}", "none"),
  accept: fc.constantFrom("image/*", "image/jpeg", "text/html"),
  "if-none-match": fc.constantFrom("*", '"x"'),
};
