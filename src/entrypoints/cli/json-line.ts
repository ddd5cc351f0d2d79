import { escapeInvisible } from "../../domain/model/invisible.js";

/** A value as one line of JSON that shows all that it holds. */
export function jsonLine(value: unknown): string {
  return escapeInvisible(JSON.stringify(value));
}
