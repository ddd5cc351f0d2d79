import { removeInvisible } from "../../../domain/model/invisible-characters.js";

/** Characters of a text that are kept. */
const MAX_TEXT = 200;

/** A text of somebody's metadata without what nobody sees, trimmed and of at most `most` characters; `undefined` if nothing is left. */
export function cleanText(text: string | undefined, most = MAX_TEXT): string | undefined {
  const clean = removeInvisible(text ?? "", " ").trim();
  return clean ? [...clean].slice(0, most).join("").trim() : undefined;
}
