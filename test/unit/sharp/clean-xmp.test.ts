import { describe, expect, it } from "@jest/globals";
import { cleanXmp } from "../../../src/adapters/sharp/xmp/clean-xmp.js";
import { buildXmp } from "../../support/rights-blocks.js";

const SPACES =
  'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"';

function clean(body: string, attributes = ""): string {
  return cleanXmp(Buffer.from(buildXmp(body, `${SPACES} ${attributes}`)));
}

describe("An XMP packet that is kept", () => {
  it.each([
    ["an attribute", clean("", 'tiff:Orientation="6" tiff:Make="Acme"')],
    ["an attribute in single quotes", clean("", "tiff:Orientation='8'")],
    ["an element", clean("<tiff:Orientation>6</tiff:Orientation><dc:title>kept</dc:title>")],
  ])("is upright, where %s says otherwise", (_, packet) => {
    expect(packet).toMatch(/tiff:Orientation(?:="1"|='1'|>1<)/);
    expect(packet).not.toMatch(/[68]["'<]/);
  });

  it("is upright under another prefix, and leaves other orientations alone", () => {
    const body = `<t:Orientation xmlns:t="http://ns.adobe.com/tiff/1.0/">6</t:Orientation><t:Orientation xmlns:t="urn:other">6</t:Orientation>`;
    expect(clean(body)).toContain(body.replace(">6<", ">1<"));
  });

  it("has no picture of the original", () => {
    const thumbnails = `<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>/9j/STALE</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>`;
    const attribute =
      '<xmp:PageInfo><rdf:Seq><rdf:li xmpGImg:image="STALE" xmpGImg:width="9"/></rdf:Seq></xmp:PageInfo>';
    const alone = "<xmpGImg:image>STALE</xmpGImg:image>";
    const packet = clean(`${thumbnails}<dc:title>kept</dc:title>${attribute}${alone}`);
    expect(packet).not.toContain("STALE");
    expect(packet).toContain('<dc:title>kept</dc:title><xmp:PageInfo><rdf:Seq><rdf:li xmpGImg:image=""');
  });

  it("is otherwise what it was", () => {
    const packet = buildXmp("<dc:title>a &amp; b</dc:title><!-- note -->", "dc:source='c'");
    expect(cleanXmp(Buffer.from(packet))).toBe(packet);
    expect(cleanXmp(Buffer.from("no packet"))).toBe("no packet");
  });
});
