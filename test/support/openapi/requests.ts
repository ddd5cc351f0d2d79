import fc, { type Arbitrary } from "fast-check";
import type { OpenApiDocument, Parameter, PlacedOperation } from "./document.js";
import { drawForm } from "./forms.js";
import { drawValue, type Hints } from "./values.js";

/** A request before it is sent. `{{id}}` and `{{key}}` in its path and body stand for those of an image that there is. */
export interface DrawnRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Draws requests that an operation's description allows. */
export function drawValidRequest(
  document: OpenApiDocument,
  { method, path, operation }: PlacedOperation,
  { hints, picture }: { readonly hints: Hints; readonly picture: Uint8Array },
): Arbitrary<DrawnRequest> {
  const parameters = operation.parameters ?? [];
  const drawParameters = (place: Parameter["in"]) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((one) => one.in === place)
          .map(({ name, schema }) => [
            name,
            (hints[`${place} ${name}`] ?? hints[name] ?? drawValue(document, schema, hints)).map((value) =>
              place === "header" ? String(value).replace(/[^ -~]/g, "_") : String(value),
            ),
          ]),
      ),
      { requiredKeys: parameters.filter((one) => one.in === place && one.required).map(({ name }) => name) },
    ) as Arbitrary<Readonly<Record<string, string>>>;
  return fc
    .record({
      path: drawParameters("path"),
      query: drawParameters("query"),
      headers: drawParameters("header"),
      sent: drawBody(document, operation, hints, picture),
    })
    .map(({ path: values, query, headers, sent: { type, body } }) => ({
      method,
      path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodePathValue(values[name] ?? "")),
      query: Object.entries(query),
      headers: { ...headers, ...(type !== undefined && { "content-type": type }) },
      body,
    }));
}

/** As it is in a path; the placeholders of what there is are left alone. */
function encodePathValue(value: string): string {
  return value.startsWith("{{") ? value : encodeURIComponent(value.replace(/\p{Cs}/gu, "_"));
}

interface DrawnBody {
  readonly type?: string;
  readonly body?: string | Uint8Array;
}

function drawBody(
  document: OpenApiDocument,
  { requestBody }: PlacedOperation["operation"],
  hints: Hints,
  picture: Uint8Array,
): Arbitrary<DrawnBody> {
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]): Arbitrary<DrawnBody> => {
      if (type.endsWith("json"))
        return drawValue(document, schema, hints).map((value) => ({ type, body: JSON.stringify(value) }));
      if (type === "multipart/form-data") return drawForm(picture);
      return fc.constant({ type: type.replace("*", "jpeg"), body: picture });
    },
  );
  return bodies.length === 0 ? fc.constant({}) : fc.oneof(...bodies);
}
