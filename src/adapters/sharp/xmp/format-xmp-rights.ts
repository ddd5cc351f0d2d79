import type { Rights } from "../../../domain/model/image-metadata.js";
import { NAMESPACE } from "./xmp-names.js";

/** Formats an XMP packet of these rights and nothing else (ISO 16684-1, 8.3; IPTC Photo Metadata). */
export function formatXmpRights({ creator, copyright, credit, usageTerms }: Rights): string {
  const properties = [
    creator && `<dc:creator><rdf:Seq>${creator.split("; ").map(formatItem).join("")}</rdf:Seq></dc:creator>`,
    copyright && formatTranslated("dc:rights", copyright),
    credit && `<photoshop:Credit>${escapeXml(credit)}</photoshop:Credit>`,
    usageTerms && formatTranslated("xmpRights:UsageTerms", usageTerms),
  ];
  const body = properties.filter((property) => property !== undefined).join("");
  const used = Object.entries(NAMESPACE).filter(
    ([prefix]) => prefix === "rdf" || body.includes(`<${prefix}:`),
  );
  const spaces = used.map(([prefix, name]) => `xmlns:${prefix}="${name}"`).join(" ");
  const description = `<rdf:Description rdf:about="">${body}</rdf:Description>`;
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${spaces}>${description}</rdf:RDF></x:xmpmeta>`;
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
