import { computeSha256 } from "../../domain/model/digest.js";

/** More characters would not fit into a row of an index, whatever they are. */
const LONGEST = 400;

/**
 * Text as a column that is only compared holds it: as JSON, since PostgreSQL's text cannot hold a NUL character, or, if that
 * would be too long for an index, as a digest. Different texts have different ones.
 */
export function toIndexText(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length <= LONGEST ? quoted : computeSha256(new TextEncoder().encode(text));
}
