/** An attribute of an element, with its name in full. */
export interface XmlAttribute {
  /** The namespace and the local name, as `namespace name`. */
  readonly name: string;
  readonly value: string;
  /** Where its value stands in the text, without the quotes. */
  readonly start: number;
  readonly end: number;
}

/** A piece of an XML text; offsets are of the text. */
export type XmlToken =
  | {
      readonly kind: "open";
      readonly name: string;
      readonly attributes: readonly XmlAttribute[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "close"; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: "text"; readonly value: string; readonly start: number; readonly end: number };

/** The namespaces by prefix, at one element. */
type Namespaces = ReadonlyMap<string, string>;

/** Deeper elements, and more namespaces at one of them, are nobody's metadata. */
const MAX_DEPTH = 64;
const MAX_NAMESPACES = 200;

const XML = "http://www.w3.org/XML/1998/namespace";

/**
 * Reads the elements and texts of an XML text, with their names in full. The text is hostile: the reader goes through it
 * once, knows no entity but those of XML itself, and ends at the first thing that is not well-formed.
 */
export function* readXml(text: string): Generator<XmlToken> {
  const open: { readonly name: string; readonly namespaces: Namespaces }[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("<", at);
    const textEnd = next < 0 ? text.length : next;
    if (textEnd > at)
      yield { kind: "text", value: decodeEntities(text.slice(at, textEnd)), start: at, end: textEnd };
    if (next < 0) return;
    const skipped = skipMarkup(text, next);
    if (skipped === undefined) return;
    at = skipped.end;
    if (skipped.kind === "other") continue;
    if (skipped.kind === "data") {
      yield { kind: "text", value: text.slice(next + 9, at - 3), start: next + 9, end: at - 3 };
    } else if (skipped.kind === "close") {
      const element = open.pop();
      if (!element) return;
      yield { kind: "close", name: element.name, start: next, end: at };
    } else {
      const tag = readTag(text, next, open.at(-1)?.namespaces ?? new Map([["xml", XML]]));
      if (!tag || open.length >= MAX_DEPTH) return;
      at = tag.end;
      const { name, attributes } = tag;
      yield { kind: "open", name, attributes, start: next, end: at };
      if (text[at - 2] === "/") yield { kind: "close", name, start: at, end: at };
      else open.push(tag);
    }
  }
}

type Markup = { readonly kind: "other" | "data" | "close" | "open"; readonly end: number };

/** Finds the end of whatever begins with this `<`; of an opening tag only that it is one. */
function skipMarkup(text: string, at: number): Markup | undefined {
  const find = (kind: Markup["kind"], end: string, from: number): Markup | undefined => {
    const found = text.indexOf(end, from);
    return found < 0 ? undefined : { kind, end: found + end.length };
  };
  if (text.startsWith("<!--", at)) return find("other", "-->", at + 4);
  if (text.startsWith("<![CDATA[", at)) return find("data", "]]>", at + 9);
  if (text.startsWith("<?", at)) return find("other", "?>", at + 2);
  // A document type could define entities. XMP has none.
  if (text.startsWith("<!", at)) return undefined;
  if (text.startsWith("</", at)) return find("close", ">", at + 2);
  return { kind: "open", end: at };
}

const TAG_NAME = /<([^\s/>]+)/y;
const ATTRIBUTE = /\s+([^\s=/>]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*\/?>/y;

function readTag(text: string, at: number, inherited: Namespaces) {
  TAG_NAME.lastIndex = at;
  const [, tagName] = TAG_NAME.exec(text) ?? [];
  if (tagName === undefined) return undefined;
  let from = TAG_NAME.lastIndex;
  const declared: [prefix: string, name: string][] = [];
  const raw: { readonly name: string; readonly value: string; readonly end: number }[] = [];
  for (;;) {
    ATTRIBUTE.lastIndex = from;
    const [, name, double, single] = ATTRIBUTE.exec(text) ?? [];
    if (name === undefined) break;
    from = ATTRIBUTE.lastIndex;
    const value = double ?? single ?? "";
    if (name.startsWith("xmlns:")) declared.push([name.slice(6), decodeEntities(value)]);
    else if (name === "xmlns") declared.push(["", decodeEntities(value)]);
    else raw.push({ name, value, end: from - 1 });
  }
  TAG_END.lastIndex = from;
  if (!TAG_END.test(text) || inherited.size + declared.length > MAX_NAMESPACES) return undefined;
  const namespaces = declared.length === 0 ? inherited : new Map([...inherited, ...declared]);
  const attributes = raw.map(({ name, value, end }) => ({
    // An attribute without a prefix is in no namespace.
    name: name.includes(":") ? resolveName(name, namespaces) : name,
    value: decodeEntities(value),
    start: end - value.length,
    end,
  }));
  return { name: resolveName(tagName, namespaces), attributes, namespaces, end: TAG_END.lastIndex };
}

function resolveName(name: string, namespaces: Namespaces): string {
  const colon = name.indexOf(":");
  const prefix = colon < 0 ? "" : name.slice(0, colon);
  return `${namespaces.get(prefix) ?? prefix} ${name.slice(colon + 1)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}
