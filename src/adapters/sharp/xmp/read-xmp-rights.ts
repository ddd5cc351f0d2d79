import { decodeXmp } from "./decode-xmp.js";
import { readXml, type XmlToken } from "./read-xml.js";
import { XMP_LISTS, XMP_NAME } from "./xmp-names.js";

/** The properties that say whose a picture is, by their names in full. */
const PROPERTIES: ReadonlyMap<string, keyof XmpRights> = new Map([
  [XMP_NAME.creator, "creators"],
  [XMP_NAME.rights, "copyright"],
  [XMP_NAME.credit, "credit"],
  [XMP_NAME.usageTerms, "usageTerms"],
]);

/** The statements of XMP about rights, as they stand there; of a text in several languages the default comes first. */
export interface XmpRights {
  readonly creators: readonly string[];
  readonly copyright: readonly string[];
  readonly credit: readonly string[];
  readonly usageTerms: readonly string[];
}

/** A packet has some kilobytes; what is far longer holds pictures, and no rights behind them. */
const MAX_BYTES = 1_000_000;

/** More names are not read. */
const MAX_ITEMS = 20;

/** Reads the rights of an XMP packet; of what cannot be read, nothing. */
export function readXmpRights(packet: Uint8Array): XmpRights {
  const found = { creators: [], copyright: [], credit: [], usageTerms: [] } as Record<
    keyof XmpRights,
    string[]
  >;
  const path: { readonly name: string; readonly isDefault: boolean }[] = [];
  let item = "";
  for (const token of readXml(decodeXmp(packet.subarray(0, MAX_BYTES)))) {
    if (token.kind === "open") {
      path.push({ name: token.name, isDefault: isDefaultLanguage(token) });
      if (isTop(path, -1)) readAttributes(token, found);
      item = "";
    } else if (token.kind === "text") {
      item += token.value;
    } else {
      const property = findProperty(path);
      const values = property && found[property];
      if (values && values.length < MAX_ITEMS && item.trim() !== "") {
        // The default language goes first, and of these texts only the first is taken.
        if (path.at(-1)?.isDefault) values.unshift(item.trim());
        else values.push(item.trim());
      }
      path.pop();
      item = "";
    }
  }
  return found;
}

type Path = readonly { readonly name: string }[];

/** Whether the element at this place of the path, counted from its end, is a description at the top. */
function isTop(path: Path, at: number): boolean {
  return path.at(at)?.name === XMP_NAME.description && path.at(at - 1)?.name === XMP_NAME.rdf;
}

/** The property that an element's text belongs to: it is the property's own, or that of an item in its list. */
function findProperty(path: Path): keyof XmpRights | undefined {
  if (isTop(path, -2)) return PROPERTIES.get(path.at(-1)?.name ?? "");
  const isItem = path.at(-1)?.name === XMP_NAME.item && XMP_LISTS.has(path.at(-2)?.name ?? "");
  return isItem && isTop(path, -4) ? PROPERTIES.get(path.at(-3)?.name ?? "") : undefined;
}

/** Simple properties may be attributes of the description. */
function readAttributes(
  { attributes }: XmlToken & { kind: "open" },
  found: Record<keyof XmpRights, string[]>,
): void {
  for (const { name, value } of attributes) {
    const property = PROPERTIES.get(name);
    if (property && value.trim() !== "") found[property].push(value.trim());
  }
}

function isDefaultLanguage({ attributes }: XmlToken & { kind: "open" }): boolean {
  return attributes.some(({ name, value }) => name === XMP_NAME.language && value === "x-default");
}
