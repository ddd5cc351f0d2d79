import { deflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { parseExif } from "../../src/adapters/sharp/inspect/exif.js";
import { readXmpRights } from "../../src/adapters/sharp/xmp/read-xmp-rights.js";
import { collectSaid } from "../support/collect-said.js";
import { inspect } from "../support/engine.js";
import { buildJpegSegment, buildPngChunk } from "../support/image-blocks.js";
import { buildPlainTiff, insertBytes } from "../support/odd-images.js";
import { findPlanted, PLANTED, PRIVATE_IPTC, PRIVATE_XMP } from "../support/planted-metadata.js";
import { buildIptc, buildPhotoshop, buildXmp, insertGifXmp } from "../support/rights-blocks.js";
import { buildTiff, TYPE } from "../support/tiff-files.js";

const { creator, rights, credit, terms } = PLANTED;

const XMP = buildXmp(`${PRIVATE_XMP}
  <dc:creator><rdf:Seq><rdf:li>${creator}</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${rights}</rdf:li></rdf:Alt></dc:rights>
  <photoshop:Credit>${credit}</photoshop:Credit>
  <xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">${terms}</rdf:li></rdf:Alt></xmpRights:UsageTerms>`);

const IPTC = buildIptc([...PRIVATE_IPTC, [2, 80, creator], [2, 110, credit], [2, 116, rights]]);

const createPicture = () => sharp({ create: { width: 80, height: 60, channels: 3, background: "#407090" } });

/** Originals that say whose they are, and whether they say their terms: IPTC has no place for those. */
const ORIGINALS: readonly (readonly [name: string, make: () => Promise<Uint8Array>, hasTerms: boolean])[] = [
  ["a JPEG with XMP", () => createPicture().withXmp(XMP).jpeg().toBuffer(), true],
  ["a PNG with XMP", () => createPicture().withXmp(XMP).png().toBuffer(), true],
  ["a WebP with XMP", () => createPicture().withXmp(XMP).webp().toBuffer(), true],
  ["an AVIF with XMP", () => createPicture().withXmp(XMP).avif({ effort: 0 }).toBuffer(), true],
  ["a TIFF with XMP", async () => buildPlainTiff([[700, 1, Buffer.from(XMP)]]), true],
  ["a GIF with XMP", async () => insertGifXmp(await createPicture().gif().toBuffer(), XMP), true],
  [
    "a PNG with XMP behind its pixels",
    async () => {
      const png = await createPicture().png().toBuffer();
      const packet = Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${XMP}`);
      return insertBytes(png, png.length - 12, buildPngChunk("iTXt", packet));
    },
    true,
  ],
  [
    "a JPEG with IPTC",
    async () =>
      insertBytes(
        await createPicture().jpeg().toBuffer(),
        2,
        buildJpegSegment(0xed, buildPhotoshop([[1028, IPTC]])),
      ),
    false,
  ],
  ["a TIFF with IPTC", async () => buildPlainTiff([[33_723, 7, IPTC]]), false],
  [
    "a JPEG with IPTC in its second Photoshop block",
    async () => {
      const blocks = [buildPhotoshop([[1_000, Buffer.alloc(20)]]), buildPhotoshop([[1028, IPTC]])];
      const segments = blocks.map((block) => buildJpegSegment(0xed, block));
      return insertBytes(await createPicture().jpeg().toBuffer(), 2, Buffer.concat(segments));
    },
    false,
  ],
  [
    "a TIFF with IPTC among Photoshop's resources",
    async () => buildPlainTiff([[34_377, 7, buildPhotoshop([[1028, IPTC]]).subarray(14)]]),
    false,
  ],
  [
    "a PNG with IPTC in a text, as ImageMagick writes it",
    async () => {
      const digits = buildPhotoshop([[1028, IPTC]])
        .subarray(14)
        .toString("hex");
      const profile = deflateSync(`\niptc\n${digits.length / 2}\n${digits.replace(/.{72}/g, "$&\n")}\n`);
      const text = Buffer.concat([Buffer.from("Raw profile type iptc\0\0"), profile]);
      return insertBytes(await createPicture().png().toBuffer(), 33, buildPngChunk("zTXt", text));
    },
    false,
  ],
];

describe("Rights under keep-copyright", () => {
  it.each(ORIGINALS)(
    "of %s are in the record and in every rendition, and nothing else is",
    async (_, make, hasTerms) => {
      const bytes = await make();
      const { record, outputs, words, plan } = await collectSaid(bytes, { metadata: "keep-copyright" });
      const expected = { creator, copyright: rights, credit, ...(hasTerms && { usageTerms: terms }) };
      expect(record.rights).toEqual(expected);
      const allowed = ["creator", "rights", "credit", ...(hasTerms ? ["terms"] : [])];
      for (const text of [words, plan]) expect(findPlanted(text)).toEqual(allowed);
      for (const output of outputs) {
        const { exif, xmp, iptc, comments } = await sharp(output.bytes).metadata();
        // A PNG compresses its XMP.
        const said = Buffer.concat([output.bytes, xmp ?? new Uint8Array()]);
        expect([output.name, findPlanted(said)]).toEqual([output.name, allowed]);
        expect((await inspect(output.bytes)).rights).toEqual(expected);
        expect([iptc, comments]).toEqual([undefined, undefined]);
        if (output.name === "gif") continue;
        expect(parseExif(exif)).toEqual({ artist: creator, copyright: rights });
        expect(readXmpRights(xmp ?? new Uint8Array())).toMatchObject({
          creators: [creator],
          copyright: [rights],
        });
      }
    },
  );

  it("are in the record under strip too, and in no rendition", async () => {
    const { record, outputs } = await collectSaid(await createPicture().withXmp(XMP).jpeg().toBuffer(), {});
    expect(record.rights?.creator).toBe(creator);
    expect(outputs.flatMap(({ bytes }) => findPlanted(bytes))).toEqual([]);
  });

  it("are taken from EXIF first, then from XMP, then from IPTC", async () => {
    const xmp = buildXmp(
      "<dc:creator><rdf:Seq><rdf:li>X</rdf:li></rdf:Seq></dc:creator><dc:rights>X</dc:rights>",
    );
    const jpeg = await createPicture()
      .withExif({ IFD0: { Artist: "E" } })
      .withXmp(xmp)
      .jpeg()
      .toBuffer();
    const block = buildPhotoshop([
      [
        1028,
        buildIptc([
          [2, 80, "I"],
          [2, 110, "I"],
          [2, 116, "I"],
        ]),
      ],
    ]);
    const all = insertBytes(jpeg, 2, buildJpegSegment(0xed, block));
    expect((await inspect(all)).rights).toEqual({ creator: "E", copyright: "X", credit: "I" });
  });

  it("of several people are all there, and each has a place in XMP", async () => {
    const names = ["Zo\u00eb", "Ansel & Co"];
    const body = `<dc:creator><rdf:Seq>${names.map((name) => `<rdf:li>${name.replace("&", "&amp;")}</rdf:li>`).join("")}</rdf:Seq></dc:creator>`;
    const { record, outputs } = await collectSaid(
      await createPicture().withXmp(buildXmp(body)).jpeg().toBuffer(),
      {
        metadata: "keep-copyright",
      },
    );
    expect(record.rights).toEqual({ creator: "Zo\u00eb; Ansel & Co" });
    const { xmp } = await sharp(outputs[0]?.bytes).metadata();
    expect(readXmpRights(xmp ?? new Uint8Array()).creators).toEqual(names);
  });

  it("are read from a PNG's own texts where nothing else says them", async () => {
    const texts = ["Author\0Zo\xeb", "Copyright\0\xa9 Zo\xeb"].map((text) =>
      buildPngChunk("tEXt", Buffer.from(text, "latin1")),
    );
    const png = insertBytes(await createPicture().png().toBuffer(), 33, Buffer.concat(texts));
    expect((await inspect(png)).rights).toEqual({ creator: "Zo\u00eb", copyright: "\u00a9 Zo\u00eb" });
  });

  it("are whole in EXIF where they end in parentheses", async () => {
    const exif = { IFD0: { Artist: "Jane (studio) ( )", Copyright: "Jane Doe (2024) ( )" } };
    const jpeg = await createPicture().withExif(exif).jpeg().toBuffer();
    const { outputs } = await collectSaid(jpeg, { metadata: "keep-copyright" });
    for (const { name, bytes } of outputs) {
      if (name === "gif") continue;
      expect([name, parseExif((await sharp(bytes).metadata()).exif)]).toEqual([
        name,
        { artist: "Jane (studio)", copyright: "Jane Doe (2024)" },
      ]);
    }
  });

  it.each([
    ["IPTC", ORIGINALS[7]],
    ["a GIF's XMP", ORIGINALS[5]],
    [
      "EXIF in UTF-8",
      [
        "",
        async () => {
          const block = buildTiff([[315, TYPE.utf8, "Zo\u00eb\0"]]);
          const segment = buildJpegSegment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), block]));
          return insertBytes(await createPicture().jpeg().toBuffer(), 2, segment);
        },
      ],
    ],
    [
      "EXIF of a TIFF",
      [
        "",
        async () =>
          buildPlainTiff([
            [315, 2, "Zoe\0"],
            [33_432, 2, "by Zoe\0"],
          ]),
      ],
    ],
    [
      "EXIF beside XMP without rights",
      [
        "",
        () =>
          createPicture()
            .withExif({ IFD0: { Artist: "Zoe" } })
            .withXmp(buildXmp("", 'photoshop:City="Rome"'))
            .jpeg()
            .toBuffer(),
      ],
    ],
  ] as const)("of %s are in every rendition under keep-all, whatever its format", async (_, original) => {
    const [, make] = original ?? [];
    const { record, outputs } = await collectSaid((await make?.()) ?? Buffer.alloc(0), {
      metadata: "keep-all",
    });
    expect(record.rights).toBeDefined();
    for (const { name, bytes } of outputs)
      expect([name, (await inspect(bytes)).rights]).toEqual([name, record.rights]);
  });

  it("leave an animated GIF moving", async () => {
    const { frames = 0 } =
      (await collectSaid(await animate(), { metadata: "keep-copyright" })).record.renditions.find(
        ({ name }) => name === "gif",
      ) ?? {};
    expect(frames).toBe(2);
  });
});

async function animate(): Promise<Uint8Array> {
  const raw = Buffer.alloc(80 * 120 * 3, 200).fill(40, 80 * 60 * 3);
  const gif = await sharp(raw, { raw: { width: 80, height: 120, channels: 3, pageHeight: 60 } })
    .gif()
    .toBuffer();
  return insertGifXmp(gif, XMP);
}
