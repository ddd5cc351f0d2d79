import fc, { type Arbitrary } from "fast-check";
import { drawBrokenForm } from "./forms.js";
import type { DrawnRequest } from "./requests.js";

type Mutation = Arbitrary<(request: DrawnRequest) => DrawnRequest>;

const LONG = "x".repeat(5_000);

/** Draws a request with one or two things in it broken, whatever the request was. */
export function drawBrokenRequest(
  valid: Arbitrary<DrawnRequest>,
  { tokens, picture }: { readonly tokens: readonly string[]; readonly picture: Uint8Array },
): Arbitrary<DrawnRequest> {
  const mutations = fc.array(drawMutation(tokens, picture), { minLength: 1, maxLength: 2 });
  return fc
    .tuple(valid, mutations)
    .map(([request, changes]) => changes.reduce((changed, change) => change(changed), request));
}

function drawMutation(tokens: readonly string[], picture: Uint8Array): Mutation {
  const set = <Name extends keyof DrawnRequest>(
    name: Name,
    values: Arbitrary<DrawnRequest[Name]>,
  ): Mutation => values.map((value) => (request) => ({ ...request, [name]: value }));
  const setHeader = (name: string, values: Arbitrary<string>): Mutation =>
    values.map((value) => (request) => ({ ...request, headers: { ...request.headers, [name]: value } }));
  return fc.oneof(
    set("method", fc.constantFrom("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND")),
    setHeader(
      "authorization",
      fc.constantFrom("", "Basic eDp5", "Bearer", ...tokens.map((one) => `Bearer ${one}`)),
    ),
    drawPathChange(),
    drawQueryChange(),
    setHeader("prefer", fc.constantFrom("wait", "wait=x", "wait=99999999999", "respond-async, wait=0", LONG)),
    setHeader("accept", fc.constantFrom("text/html", "*/*;q=0", "image/*;q=x", "", LONG)),
    setHeader("if-none-match", fc.constantFrom("*", '"x"', "x", LONG)),
    setHeader("range", fc.constantFrom("bytes=0-1", "bytes=999999999-", "x")),
    setHeader(
      "x-request-id",
      fc.constantFrom("well-formed-0123", "short", "<script>alert(1)</script>", LONG),
    ),
    setHeader("content-length", fc.constantFrom("1", "999999999999", "x", "-1")),
    setHeader(
      "content-type",
      fc.constantFrom("text/plain", "application/xml", "application/json;charset=x", "x", ""),
    ),
    setHeader("x-unknown", fc.constant(LONG)),
    set("body", drawBrokenJson()),
    drawFieldChange(),
    drawBrokenForm(picture).map(({ type, body }) => (request: DrawnRequest) => ({
      ...request,
      headers: { ...request.headers, "content-type": type },
      body,
    })),
  );
}

function drawPathChange(): Mutation {
  return fc.oneof(
    fc
      .constantFrom("/x", "/", "//", "/%zz", "/%00", "/..%2f..", "/%c3", `/${LONG}`)
      .map((end) => (request: DrawnRequest) => ({ ...request, path: `${request.path}${end}` })),
    fc
      .constantFrom("/images/%zz", "/images/short", "/%zz", "/nowhere", "/IMAGES", "/images/%F0%9F%92%A9")
      .map((path) => (request: DrawnRequest) => ({ ...request, path })),
  );
}

function drawQueryChange(): Mutation {
  const names = fc.constantFrom("limit", "cursor", "status", "tag", "owner", "unknown", "%zz", "");
  const values = fc.constantFrom("", "0", "-1", "1.5", "1001", "x", "%zz", "%00", "null", "[]", LONG);
  return fc
    .array(fc.tuple(names, values), { minLength: 1, maxLength: 3 })
    .map((query) => (request) => ({ ...request, query: [...request.query, ...query] }));
}

function drawBrokenJson(): Arbitrary<string | Uint8Array> {
  return fc.oneof(
    fc.constantFrom("", "{", "[]", "null", "1", '"x"', "true", "[".repeat(20_000), '{"a":'.repeat(5_000)),
    fc.constantFrom(
      '{"__proto__":{}}',
      '{"key":"\\ud800"}',
      " ".repeat(70_000),
      new Uint8Array([0x22, 0xff, 0x22]),
    ),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
}

/** Takes a field of a JSON body away, gives it another value, or adds one. */
function drawFieldChange(): Mutation {
  return fc
    .tuple(
      fc.nat(),
      fc.option(fc.oneof(fc.jsonValue(), fc.constantFrom(LONG, -1, 1e300, "", null))),
      fc.boolean(),
    )
    .map(([index, value, adds]) => (request) => {
      const fields = readFields(request.body);
      if (!fields) return request;
      const names = Object.keys(fields);
      const name = adds ? "unknown" : (names[index % Math.max(1, names.length)] ?? "unknown");
      return { ...request, body: JSON.stringify({ ...fields, [name]: value ?? undefined }) };
    });
}

function readFields(body: DrawnRequest["body"]): object | undefined {
  if (typeof body !== "string") return undefined;
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
