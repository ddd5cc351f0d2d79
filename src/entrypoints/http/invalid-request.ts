import type { ZodError } from "zod";
import { invalidInput, SafelightError, shown } from "../../domain/model/errors.js";

/** What people call the parts of a request. */
const PARTS: Readonly<Record<string, string>> = {
  json: "the body",
  query: "the query",
  param: "the path",
  header: "the headers",
};

/** The one sentence for a request that does not match a schema: about the first thing that is wrong with `data`. */
export function invalidRequest(
  target: string,
  error: Pick<ZodError, "issues">,
  data: unknown,
): SafelightError {
  const part = PARTS[target] ?? target;
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const names = issue.keys.map((name) => shown(name)).join(", ");
    const message = `expected no other names in ${part} but received ${shown(names)}`;
    return new SafelightError("invalid-input", message);
  }
  const name = issue?.path.join(".") || part;
  return invalidInput(issue?.message ?? "another value", name, valueAt(data, issue?.path ?? []) ?? "nothing");
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[name]
        : undefined,
    data,
  );
}
