import { quote, SafelightError } from "./errors.js";
import { findSimilar } from "./similar.js";

/**
 * Reads a value that may be of any kind: returns it completed and unchangeable, or reports to the context what is wrong
 * with it. The result of a check is discarded if anything was wrong.
 */
export type Check<T> = (value: unknown, context: CheckContext) => T;

/** The least and the most that a number may be. */
export type Limits = readonly [least: number, most: number];

/** The values under the keys of an object, each read once. */
export type Written = Readonly<Record<PropertyKey, unknown>>;

/** The path of a value, and the errors found so far. */
export class CheckContext {
  readonly #path: string;
  readonly #errors: Set<string>;

  constructor(errors: Set<string>, path = "") {
    this.#errors = errors;
    this.#path = path;
  }

  /** The context of the value under a key; quoted where the key could be mistaken for something else or forge a line. */
  descend(key: PropertyKey): CheckContext {
    const name = String(key);
    const dot = this.#path === "" ? "" : ".";
    const step =
      typeof key === "number" ? `[${key}]` : /^[\w$-]+$/.test(name) ? dot + name : `[${quote(name)}]`;
    return new CheckContext(this.#errors, this.#path + step);
  }

  /**
   * Records an error, with the word among `words` that was probably meant. The result stands for the value that is
   * missing.
   */
  refuse(expected: string, received: unknown, words: readonly unknown[] = []): never {
    const found = received === undefined ? "nothing" : quote(received);
    const known = words.filter((word) => typeof word === "string");
    const meant = typeof received === "string" ? findSimilar(received, known) : undefined;
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    this.#errors.add(`${this.#path || "the whole"}: expected ${expected} but received ${found}${hint}`);
    return undefined as never;
  }
}

/** Runs a check. Throws one `invalid-input` that names every error by its path, one a line; `name` says of what. */
export function runCheck<T>(name: string, check: Check<T>, value: unknown): T {
  const errors = new Set<string>();
  const result = check(value, new CheckContext(errors));
  if (errors.size === 0) return result;
  const count = errors.size === 1 ? "1 error" : `${errors.size} errors`;
  throw new SafelightError("invalid-input", `${name} has ${count}:\n  ${[...errors].join("\n  ")}`);
}

/** A value that `accepts` takes, as it is. */
export function checkValue<T>(expected: string, accepts: (value: unknown) => boolean): Check<T> {
  return (value, context) => (accepts(value) ? (value as T) : context.refuse(expected, value));
}

/** A whole number within limits. */
export function checkInteger([least, most]: Limits): Check<number> {
  const accepts = (value: unknown) => Number.isInteger(value) && isInRange(value, least, most);
  return checkValue(`a whole number from ${least} to ${most}`, accepts);
}

/** A number within limits, fractions included. */
export function checkRange([least, most]: Limits): Check<number> {
  return checkValue(`a number from ${least} to ${most}`, (value) => isInRange(value, least, most));
}

/** One of these words. */
export function checkChoice<Word>(words: readonly Word[]): Check<Word> {
  return (value, context) =>
    words.includes(value as Word)
      ? (value as Word)
      : context.refuse(`one of ${words.join(", ")}`, value, words);
}

/** `true` or `false`, never a word for it. */
export const yesOrNo: Check<boolean> = checkValue("true or false", (value) => typeof value === "boolean");

/** Text of this pattern. */
export function checkText(expected: string, pattern: RegExp): Check<string> {
  return checkValue(expected, (value) => typeof value === "string" && pattern.test(value));
}

/** A list of such items, at least so many. */
export function checkList<T>(item: Check<T>, least = 0): Check<readonly T[]> {
  const expected = least === 0 ? "a list" : `a list of at least ${least}`;
  return (value, context) => {
    if (!Array.isArray(value) || value.length < least) return context.refuse(expected, value);
    return Object.freeze(Array.from(value, (one: unknown, index) => item(one, context.descend(index))));
  };
}

/**
 * An object of these keys and no other: a misspelt key is an error, never silently ignored, and one with `undefined` is
 * left out. `complete` refuses what keys say together and returns what stands for the keys that are left out.
 */
export function checkSection<T extends object>(
  fields: { readonly [Key in keyof T]-?: Check<NonNullable<T[Key]>> },
  complete: (written: Written, context: CheckContext) => Partial<T>,
): Check<T> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  return (value, context) => {
    const written = listEntries(value);
    if (written === undefined) return context.refuse("an object", value);
    for (const [key, one] of written)
      if (one !== undefined && !Object.hasOwn(fields, key))
        context.descend(key).refuse(`only the keys ${keys.join(", ")}`, key, keys);
    const found = new Map(written);
    const completed: Partial<T> = { ...complete(Object.fromEntries(written), context) };
    for (const key of keys) {
      const one = found.get(key);
      if (one !== undefined) completed[key] = fields[key](one, context.descend(key));
    }
    return Object.freeze(completed) as T;
  };
}

/**
 * The keys of a plain object, made by JSON or braces, in this or another realm, and what stands under them; `undefined`
 * for all else: what a list, a map or an inherited key means here would be a guess.
 */
export function listEntries(value: unknown): readonly (readonly [PropertyKey, unknown])[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.hasOwn(prototype as object, "isPrototypeOf");
  return isPlain ? Reflect.ownKeys(value).map((key) => [key, Reflect.get(value, key)] as const) : undefined;
}

function isInRange(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}
