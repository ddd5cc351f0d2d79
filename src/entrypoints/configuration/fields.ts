import * as z from "zod";
import { COLOUR_NAMES } from "./colour-names.js";

/**
 * The building blocks of the schema. Each carries what it expects as the message of every one of its issues, so that
 * a fault can be told in one sentence whatever check it fell through.
 */

/** An object of exactly these keys: a misspelt key is a fault, never silently ignored. */
export function section<const Shape extends z.core.$ZodShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `only the keys ${keys}` : "an object"),
  });
}

/** A whole number within both limits. */
export function wholeNumber(minimum: number, maximum: number) {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** A number within both limits, fractions included. */
export function between(minimum: number, maximum: number) {
  const error = `a number from ${minimum} to ${maximum}`;
  return z.number({ error }).min(minimum, { error }).max(maximum, { error });
}

/** One of these words. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return z.enum(words, { error: `one of ${words.join(", ")}` });
}

/** `true` or `false`, never a word for it. */
export function yesOrNo() {
  return z.boolean({ error: "true or false" });
}

/** Text that is not empty. */
export function text(what: string) {
  return z.string({ error: what }).min(1, { error: what }).max(1024, { error: what });
}

/** A colour in hexadecimal digits, opacity last, or one of a few names. */
export function colour() {
  const error = `a colour as #rrggbb, #rrggbbaa or one of ${Object.keys(COLOUR_NAMES).join(", ")}`;
  return z.string({ error }).regex(/^(#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?|white|black|transparent)$/, { error });
}

/** A list of such items. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: "a list" });
}

/**
 * Lets a rule about several keys run although some key is at fault already, so that one reading names every fault.
 * Such a rule sees values that may be of any kind.
 */
export const EVEN_WITH_FAULTS = {
  when: ({ value }: { readonly value: unknown }): boolean => typeof value === "object" && value !== null,
};
