import fc, { type Arbitrary } from "fast-check";
import type { OpenApiDocument, Schema } from "./document.js";

/** Values by the name of their property or parameter that a schema cannot tell, such as the id of an image that there is. */
export type Hints = Readonly<Record<string, Arbitrary<unknown>>>;

/** Draws values that a schema of the document allows. Throws for a word of JSON Schema that no request of the API has needed. */
export function drawValue(document: OpenApiDocument, schema: Schema, hints: Hints = {}): Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice("#/components/schemas/".length);
    return drawValue(document, document.components.schemas[name] ?? {}, hints);
  }
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type))
    return fc.oneof(
      ...(schema.type as readonly string[]).map((type) => drawValue(document, { ...schema, type }, hints)),
    );
  if (schema.type === "object") return drawObject(document, schema, hints);
  return drawScalar(schema);
}

function drawObject(document: OpenApiDocument, schema: Schema, hints: Hints): Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, inner]) => [name, hints[name] ?? drawValue(document, inner, hints)] as const,
  );
  return fc.record(Object.fromEntries(properties), { requiredKeys: [...(schema.required ?? [])] });
}

function drawScalar(schema: Schema): Arbitrary<unknown> {
  const { type, minimum: min = 0, maximum: max = 1e6, minLength = 0, maxLength = 40 } = schema;
  if (type === "null") return fc.constant(null);
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return fc.integer({ min, max });
  if (type === "number") return fc.double({ min, max, noNaN: true });
  if (type !== "string")
    throw new Error(`expected a known type for the schema but received ${JSON.stringify(schema)}`);
  const text = fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: "binary" });
  if (schema.pattern === undefined) return text;
  const pattern = new RegExp(schema.pattern, "u");
  // Of classes of characters as wide as those of Unicode fast-check draws nothing.
  return schema.pattern.includes("\\p")
    ? fc.string({ maxLength: 40, unit: "grapheme" }).filter((one) => pattern.test(one))
    : fc.stringMatching(pattern);
}
