import type { Rights } from "../../../domain/model/image-metadata.js";
import { readXml } from "./read-xml.js";
import { NAMESPACE, XMP_NAME } from "./xmp-names.js";

/** Formats an XMP packet of these rights and nothing else (ISO 16684-1, 8.3; IPTC Photo Metadata). */
export function formatXmpRights(rights: Rights): string {
  const body = formatProperties(rights);
  const description = `<rdf:Description rdf:about="">${body}</rdf:Description>`;
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${formatNamespaces(body)}>${description}</rdf:RDF></x:xmpmeta>`;
}

/** Adds rights to an XMP packet that says nothing about them; a packet that is not well-formed is replaced. */
export function addXmpRights(packet: string, rights: Rights): string {
  const body = formatProperties(rights);
  for (const token of readXml(packet)) {
    if (token.kind !== "close" || token.name !== XMP_NAME.rdf || packet[token.start] !== "<") continue;
    const description = `<rdf:Description rdf:about="" ${formatNamespaces(body)}>${body}</rdf:Description>`;
    return packet.slice(0, token.start) + description + packet.slice(token.start);
  }
  return formatXmpRights(rights);
}

function formatProperties({ creator, copyright, credit, usageTerms }: Rights): string {
  const properties = [
    creator && `<dc:creator><rdf:Seq>${creator.split("; ").map(formatItem).join("")}</rdf:Seq></dc:creator>`,
    copyright && formatTranslated("dc:rights", copyright),
    credit && `<photoshop:Credit>${escapeXml(credit)}</photoshop:Credit>`,
    usageTerms && formatTranslated("xmpRights:UsageTerms", usageTerms),
  ];
  return properties.filter((property) => property !== undefined).join("");
}

/** Formats the declarations of the namespaces that properties use. */
function formatNamespaces(body: string): string {
  const used = Object.entries(NAMESPACE).filter(
    ([prefix]) => prefix === "rdf" || body.includes(`<${prefix}:`),
  );
  return used.map(([prefix, name]) => `xmlns:${prefix}="${name}"`).join(" ");
}

function formatItem(text: string): string {
  return `<rdf:li>${escapeXml(text)}</rdf:li>`;
}

function formatTranslated(name: string, text: string): string {
  return `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(text)}</rdf:li></rdf:Alt></${name}>`;
}

function escapeXml(text: string): string {
  return text
    .replace(/[\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
