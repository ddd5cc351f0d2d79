type Schema = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
};

/** Each keyword of JSON Schema that the published schema uses, as what it says of a value. */
const KEYWORDS: Readonly<Record<string, (value: unknown, wanted: never, schema: Schema) => boolean>> = {
  type: (value, wanted: string) => TYPES[wanted]?.(value) === true,
  const: (value, wanted: unknown) => value === wanted,
  enum: (value, wanted: readonly unknown[]) => wanted.includes(value),
  minimum: (value, wanted: number) => typeof value !== "number" || value >= wanted,
  maximum: (value, wanted: number) => typeof value !== "number" || value <= wanted,
  minLength: (value, wanted: number) => typeof value !== "string" || [...value].length >= wanted,
  maxLength: (value, wanted: number) => typeof value !== "string" || [...value].length <= wanted,
  pattern: (value, wanted: string) => typeof value !== "string" || new RegExp(wanted, "u").test(value),
  minItems: (value, wanted: number) => !Array.isArray(value) || value.length >= wanted,
  maxItems: (value, wanted: number) => !Array.isArray(value) || value.length <= wanted,
  uniqueItems: (value, wanted: boolean) =>
    !Array.isArray(value) ||
    !wanted ||
    new Set(value.map((item) => JSON.stringify(item))).size === value.length,
  items: (value, wanted: Schema) => !Array.isArray(value) || value.every((item) => accepts(wanted, item)),
  required: (value, wanted: readonly string[]) =>
    !isObject(value) || wanted.every((key) => Object.hasOwn(value, key)),
  maxProperties: (value, wanted: number) => !isObject(value) || Object.keys(value).length <= wanted,
  propertyNames: (value, wanted: Schema) =>
    !isObject(value) || Object.keys(value).every((key) => accepts(wanted, key)),
  properties: (value, wanted: Readonly<Record<string, Schema>>) =>
    !isObject(value) ||
    Object.entries(wanted).every(([key, one]) => !Object.hasOwn(value, key) || accepts(one, value[key])),
  additionalProperties: (value, wanted: Schema | boolean, schema) =>
    !isObject(value) ||
    Object.keys(value)
      .filter((key) => !Object.hasOwn((schema.properties as Schema | undefined) ?? {}, key))
      .every((key) => (typeof wanted === "boolean" ? wanted : accepts(wanted, value[key]))),
  anyOf: (value, wanted: readonly Schema[]) => wanted.some((one) => accepts(one, value)),
  oneOf: (value, wanted: readonly Schema[]) => wanted.filter((one) => accepts(one, value)).length === 1,
  not: (value, wanted: Schema) => !accepts(wanted, value),
  if: (value, wanted: Schema, schema) =>
    accepts((accepts(wanted, value) ? schema.then : schema.else) as Schema, value),
};

const ANNOTATIONS = new Set(["$schema", "title", "description", "default", "then", "else"]);

/** Whether a JSON Schema accepts a value. A keyword that it does not know is an error, so that none is overlooked. */
export function accepts(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, wanted]) => {
    if (ANNOTATIONS.has(keyword)) return true;
    const check = KEYWORDS[keyword];
    if (!check) throw new Error(`unknown keyword ${keyword}`);
    return check(value, wanted as never, schema);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
