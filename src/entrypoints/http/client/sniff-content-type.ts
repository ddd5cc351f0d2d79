/** The first bytes of the formats that can be let in, in hexadecimal. */
const BEGINNINGS: readonly (readonly [beginning: RegExp, contentType: string])[] = [
  [/^ffd8ff/, "image/jpeg"],
  [/^89504e470d0a1a0a/, "image/png"],
  [/^474946383[79]61/, "image/gif"],
  // RIFF, a length, WEBP
  [/^52494646.{8}57454250/, "image/webp"],
  // A length, ftyp, and avif or avis
  [/^.{8}66747970617669(?:66|73)/, "image/avif"],
  // The same with heic, heix, heim, heis, hevc, hevx, mif1 or msf1
  [/^.{8}66747970(?:686569(?:63|78|6d|73)|686576(?:63|78)|6d696631|6d736631)/, "image/heic"],
  [/^(?:49492[ab]00|4d4d002[ab])/, "image/tiff"],
];

/** Tells by the first bytes of a file what it is; `undefined` for what is no image that could be let in. */
export async function sniffContentType(file: Blob): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return BEGINNINGS.find(([beginning]) => beginning.test(hex))?.[1];
}
