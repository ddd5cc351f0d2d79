const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DUBLIN_CORE = "http://purl.org/dc/elements/1.1/";
const XMP_BASIC = "http://ns.adobe.com/xap/1.0/";

/** Namespaces of XMP by the prefix that everybody gives them (ISO 16684-1; XMP specification, part 2). */
export const NAMESPACE = {
  rdf: RDF,
  dc: DUBLIN_CORE,
  photoshop: "http://ns.adobe.com/photoshop/1.0/",
  xmpRights: "http://ns.adobe.com/xap/1.0/rights/",
} as const;

/** Names of XMP in full, as `namespace name`. */
export const XMP_NAME = {
  rdf: `${RDF} RDF`,
  description: `${RDF} Description`,
  item: `${RDF} li`,
  language: "http://www.w3.org/XML/1998/namespace lang",
  creator: `${DUBLIN_CORE} creator`,
  rights: `${DUBLIN_CORE} rights`,
  credit: `${NAMESPACE.photoshop} Credit`,
  usageTerms: `${NAMESPACE.xmpRights} UsageTerms`,
  orientation: "http://ns.adobe.com/tiff/1.0/ Orientation",
  thumbnails: `${XMP_BASIC} Thumbnails`,
  thumbnailData: `${XMP_BASIC}g/img/ image`,
} as const;

/** The elements that hold the items of a property. */
export const XMP_LISTS: ReadonlySet<string> = new Set(["Alt", "Bag", "Seq"].map((name) => `${RDF} ${name}`));
