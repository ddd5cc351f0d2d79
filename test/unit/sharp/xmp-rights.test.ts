import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formatXmpRights } from "../../../src/adapters/sharp/xmp/format-xmp-rights.js";
import { readXmpRights } from "../../../src/adapters/sharp/xmp/read-xmp-rights.js";
import { buildXmp } from "../../support/rights-blocks.js";

const NOTHING = { creators: [], copyright: [], credit: [], usageTerms: [] };

function read(text: string) {
  return readXmpRights(Buffer.from(text));
}

describe("The rights of an XMP packet", () => {
  it("are read from elements, lists and attributes", () => {
    const body = `<dc:creator><rdf:Seq><rdf:li>Ansel</rdf:li>
        <rdf:li>Zo\u00eb &amp; Co</rdf:li></rdf:Seq></dc:creator>
      <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">&#169; Ansel</rdf:li></rdf:Alt></dc:rights>
      <xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang='en'><![CDATA[Ask <me>]]></rdf:li></rdf:Alt></xmpRights:UsageTerms>`;
    expect(read(buildXmp(body, 'photoshop:Credit="Agency &quot;A&quot;"'))).toEqual({
      creators: ["Ansel", "Zo\u00eb & Co"],
      copyright: ["\u00a9 Ansel"],
      credit: ['Agency "A"'],
      usageTerms: ["Ask <me>"],
    });
  });

  it("are read in the language that is the default, wherever it stands", () => {
    const body = `<dc:rights><rdf:Alt><rdf:li xml:lang="de">Alle Rechte</rdf:li><rdf:li xml:lang="x-default">All rights</rdf:li></rdf:Alt></dc:rights>`;
    expect(read(buildXmp(body)).copyright).toEqual(["All rights", "Alle Rechte"]);
  });

  it("are known by their namespaces and not by their prefixes", () => {
    const createPacket = (name: string) =>
      `<m xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:RDF><r:Description xmlns:dc="${name}" xmlns:d="http://purl.org/dc/elements/1.1/"><d:rights>mine</d:rights><dc:creator>yours</dc:creator></r:Description></r:RDF></m>`;
    expect(read(createPacket("urn:other"))).toEqual({ ...NOTHING, copyright: ["mine"] });
    expect(read(createPacket("http://purl.org/dc/elements/1.1/")).creators).toEqual(["yours"]);
  });

  it("are none of what stands deeper, as those of another picture do", () => {
    const body = `<xmpMM:DerivedFrom xmlns:xmpMM="urn:m"><rdf:Description><dc:rights>another's</dc:rights></rdf:Description></xmpMM:DerivedFrom>`;
    expect(read(buildXmp(body))).toEqual(NOTHING);
  });

  it.each(["utf-16le", "utf-16be"] as const)("are read in %s", (encoding) => {
    const bytes = Buffer.from(`\ufeff${buildXmp("<dc:rights>\u5199\u771f</dc:rights>")}`, "utf16le");
    if (encoding === "utf-16be") bytes.swap16();
    expect(readXmpRights(bytes).copyright).toEqual(["\u5199\u771f"]);
  });

  it.each([
    ["not XML", "no packet at all"],
    ["cut off", buildXmp("<dc:rights>mine</dc:rights>").slice(0, -120)],
    ["an entity of its own", `<!DOCTYPE a [<!ENTITY b "mine">]>${buildXmp("<dc:rights>&b;</dc:rights>")}`],
    ["empty", ""],
  ])("are read as far as a packet goes that is %s", (_, text) => {
    const { copyright } = read(text);
    expect([[], ["mine"]]).toContainEqual(copyright);
  });

  it("come from any text without an error, in a time that its length alone decides", () => {
    const pieces = fc.constantFrom(
      ...[
        "<",
        ">",
        "</",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        '"',
        "'",
        "=",
        " ",
        "&#x1;",
        "&amp;",
      ],
      ...["<rdf:RDF", "<rdf:Description", "<dc:rights>", "</dc:rights>", "<rdf:li>", ' xmlns:dc="x"', "a"],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        expect(() => read(parts.join(""))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
    for (const piece of ["<!--", "<a ", "<a>", "&", "<![CDATA[", '<a b="', "<a xmlns:b='c'/>", " = "])
      expect(read(buildXmp(piece.repeat(100_000)))).toEqual(NOTHING);
  });

  it("come back as they were written", () => {
    const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const clean = texts.map((text) => text.replace(/[^\P{C} ]/gu, "").trim()).filter((text) => text !== "");
    const rights = fc.record({ copyright: clean, credit: clean, usageTerms: clean });
    fc.assert(
      fc.property(rights, ({ copyright, credit, usageTerms }) => {
        expect(read(formatXmpRights({ creator: "A; B", copyright, credit, usageTerms }))).toEqual({
          creators: ["A", "B"],
          copyright: [copyright],
          credit: [credit],
          usageTerms: [usageTerms],
        });
      }),
    );
  });
});
