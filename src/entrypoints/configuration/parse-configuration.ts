import type * as z from "zod";
import { SafelightError, shown } from "../../domain/model/errors.js";
import { type Configuration, configurationSchema } from "./schema.js";

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/**
 * Turns any value into a configuration, or throws one `invalid-input` whose message names every fault by its path,
 * one a line. `name` says where the value came from.
 */
export function parseConfiguration(value: unknown, name = "the configuration"): Configuration {
  const result = configurationSchema.safeParse(value);
  const issues = result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, value));
  const faults = [...new Set([...issues, ...hiddenFaults(value)])];
  if (result.success && faults.length === 0) return result.data;
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  throw new SafelightError(
    "invalid-input",
    `${name} has ${count}:${faults.map((line) => `\n  ${line}`).join("")}`,
  );
}

/** Zod leaves `__proto__` out of a record, so this one bad name has to be looked for in what was received. */
function hiddenFaults(value: unknown): string[] {
  const thumbnails = valueAt(value, ["thumbnails"]);
  if (typeof thumbnails !== "object" || thumbnails === null || !Object.hasOwn(thumbnails, "__proto__"))
    return [];
  return [fault(["thumbnails", "__proto__"], "another name", "__proto__")];
}

function faultsOf(issue: Issue, root: unknown, parent: Path = []): string[] {
  const path = [...parent, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => fault([...path, key], issue.message, key));
  if (issue.code === "invalid_union") {
    // The branch that the value was meant for is the one that took it for what it is and found fault inside.
    const meant = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0));
    if (meant) return meant.flatMap((inner) => faultsOf(inner, root, path));
  }
  const received = issue.code === "custom" && issue.params ? issue.params.received : valueAt(root, path);
  return [fault(path, issue.message, received)];
}

function fault(path: Path, expected: string, received: unknown): string {
  return `${pathText(path)}: expected ${expected} but received ${receivedText(received)}`;
}

/** A path as one would write it in code; quoted where a key could be mistaken for something else or forge a line. */
function pathText(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w$-]+$/.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${shown(String(step))}]`;
  }
  return text === "" ? "the whole" : text;
}

function receivedText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "object" || value === null) return shown(value);
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
