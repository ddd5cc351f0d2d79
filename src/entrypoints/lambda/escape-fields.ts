import { escapeInvisible } from "../../domain/model/invisible-characters.js";

/** `value` with every invisible character in its texts, and in the names of its fields, written as `\uXXXX`. */
export function escapeFields(value: unknown): unknown {
  if (typeof value === "string") return escapeInvisible(value);
  if (value instanceof Error) return escapeInvisible(String(value));
  if (Array.isArray(value)) return value.map(escapeFields);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [escapeInvisible(name), escapeFields(inner)]),
  );
}
