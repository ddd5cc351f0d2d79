import { decodeXmp } from "./decode-xmp.js";
import { readXml } from "./read-xml.js";
import { XMP_NAME } from "./xmp-names.js";

/** The elements that hold a picture of the original. */
const PICTURES: ReadonlySet<string> = new Set([XMP_NAME.thumbnails, XMP_NAME.thumbnailData]);

/** A change of a text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Takes out of an XMP packet what is no longer true of a rendition: the orientation, which is in its pixels by then, and
 * thumbnails of the original, which show what was cropped away.
 */
export function cleanXmp(packet: Uint8Array): string {
  const text = decodeXmp(packet);
  const edits: Edit[] = [];
  const open: { readonly name: string; readonly start: number }[] = [];
  for (const token of readXml(text)) {
    const isInPicture = open.some(({ name }) => PICTURES.has(name));
    if (token.kind === "open") {
      open.push(token);
      if (isInPicture) continue;
      for (const { name, start, end } of token.attributes) {
        if (name === XMP_NAME.orientation) edits.push({ start, end, text: "1" });
        if (name === XMP_NAME.thumbnailData) edits.push({ start, end, text: "" });
      }
    } else if (token.kind === "close") {
      const element = open.pop();
      const isOutermost = open.every(({ name }) => !PICTURES.has(name));
      if (element && PICTURES.has(element.name) && isOutermost)
        edits.push({ start: element.start, end: token.end, text: "" });
    } else if (open.at(-1)?.name === XMP_NAME.orientation && !isInPicture) {
      edits.push({ start: token.start, end: token.end, text: "1" });
    }
  }
  return applyEdits(text, edits);
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
