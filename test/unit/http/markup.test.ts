import { inflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { rgbaToThumbHash, thumbHashToRGBA } from "thumbhash";
import { memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { RenditionDescription } from "../../../src/domain/model/image-record.js";
import {
  picture,
  placeholderDataUrl,
  type ShownImage,
  srcset,
} from "../../../src/entrypoints/http/client/index.js";
import { drawThumbHash } from "../../../src/entrypoints/http/client/placeholder.js";

const createRendition = (name: string, format: string, width: number, height: number): RenditionDescription =>
  ({
    name,
    format,
    width,
    height,
    bytes: width,
    key: `${name}.${format}`,
    url: `https://cdn.example/${name}.${format}?a=1&b=2`,
    watermarked: false,
  }) as unknown as RenditionDescription;

const HASH = Buffer.from(rgbaToThumbHash(2, 1, Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255))).toString(
  "base64",
);

const IMAGE: ShownImage = {
  alt: "A lake",
  placeholder: { thumbhash: HASH, dominantColor: "#336699" },
  renditions: [
    createRendition("thumb", "jpeg", 200, 200),
    createRendition("page", "jpeg", 1600, 1200),
    createRendition("page", "avif", 1600, 1200),
    createRendition("page", "webp", 1600, 1200),
    createRendition("card", "webp", 640, 480),
    createRendition("card", "avif", 640, 480),
    createRendition("card", "jpeg", 640, 480),
  ],
};

const buildUrl = (name: string, format: string) => `https://cdn.example/${name}.${format}?a=1&amp;b=2`;

describe("the markup of an image", () => {
  it("offers each format with all widths, the best first, and shows its size and its placeholder", () => {
    const html = picture(IMAGE, { sizes: "50vw" });
    const set = (format: string) => `${buildUrl("card", format)} 640w, ${buildUrl("page", format)} 1600w`;
    expect(html).toBe(
      `<picture><source type="image/avif" srcset="${set("avif")}" sizes="50vw">` +
        `<source type="image/webp" srcset="${set("webp")}" sizes="50vw">` +
        `<img src="${buildUrl("page", "jpeg")}" srcset="${set("jpeg")}" sizes="50vw" width="1600" height="1200" alt="A lake" ` +
        `style="background: #336699 url(${placeholderDataUrl(IMAGE)}) center / cover"></picture>`,
    );
  });

  it("says in alt what it is given, whatever characters are in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (alt) => {
        const [, shown = ""] = / alt="([^"]*)"/.exec(picture(IMAGE, { alt })) ?? [];
        expect(shown).not.toMatch(/[<>"]/);
        const read = shown
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&quot;", '"')
          .replaceAll("&amp;", "&");
        expect(read).toBe(alt);
      }),
    );
    expect(picture({ ...IMAGE, alt: undefined })).toContain(' alt=""');
  });

  it("takes the named specs only, and of all the one that shows the most if none has the image's proportions", () => {
    expect(picture(IMAGE, { specs: ["thumb"] })).toContain(
      `<picture><img src="${buildUrl("thumb", "jpeg")}"`,
    );
    const source = { width: 300, height: 100 } as ShownImage["source"];
    expect(srcset({ ...IMAGE, source })).not.toContain("card");
    expect(srcset({ ...IMAGE, source })).toContain("1600w");
  });

  it("offers all widths of a photo that was stored on its side, as of any other", async () => {
    const photo = sharp({ create: { width: 90, height: 60, channels: 3, background: "#369" } });
    const bytes = await photo.jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const pipeline = definePipeline({
      ...memory({ baseUrl: "https://cdn.example" }),
      engine: sharpEngine(),
      config: {
        thumbnails: {
          small: { width: 20, format: "jpeg" },
          large: { width: 40, format: "jpeg" },
          square: { width: 50, height: 50, format: "jpeg" },
        },
      },
    });
    const { imageId } = await pipeline.process({ key: "on-its-side.jpg", bytes });
    const image = await pipeline.get(imageId);
    expect(image?.source).toMatchObject({ width: 60, height: 90, orientation: 6 });
    expect(srcset(image as ShownImage)).toMatch(/^\S+ 20w, \S+ 40w$/);
  });

  it("never offers a copy of the original, or what has no URL", () => {
    const source = { width: 1600, height: 1200, orientation: 1, bytes: 640 } as ShownImage["source"];
    expect(srcset({ ...IMAGE, source }, { format: "webp" })).toBe(
      "https://cdn.example/page.webp?a=1&b=2 1600w",
    );
    expect(() => picture({ renditions: [] })).toThrow("no rendition with a URL");
  });

  it("puts no placeholder behind a picture that one can see through", () => {
    const source = { width: 4, height: 3, orientation: 1, hasAlpha: true } as ShownImage["source"];
    expect(picture({ ...IMAGE, source })).not.toContain("style");
  });
});

describe("the placeholder of an image", () => {
  it("is drawn as the library that made it draws it", () => {
    const side = fc.integer({ min: 1, max: 12 });
    const check = fc.property(
      side,
      side,
      fc.infiniteStream(fc.nat(255)),
      fc.boolean(),
      (width, height, bytes, hasAlpha) => {
        const rgba = Uint8Array.from({ length: width * height * 4 }, (_, index) => {
          const value = bytes.next().value ?? 0;
          return index % 4 === 3 && !hasAlpha ? 255 : value;
        });
        const hash = rgbaToThumbHash(width, height, rgba);
        const expected = thumbHashToRGBA(hash);
        const drawn = drawThumbHash(hash);
        expect([drawn.width, drawn.height]).toEqual([expected.w, expected.h]);
        const off = drawn.rgba.map((value, index) => Math.abs(value - (expected.rgba[index] ?? 0)));
        expect(Math.max(...off)).toBeLessThanOrEqual(1);
      },
    );
    fc.assert(check, { numRuns: 40 });
  });

  it("is a PNG that others read", async () => {
    const [, base64 = ""] = /^data:image\/png;base64,(.*)$/.exec(placeholderDataUrl(IMAGE) ?? "") ?? [];
    const png = Buffer.from(base64, "base64");
    const { width, height, rgba } = drawThumbHash(Buffer.from(HASH, "base64"));
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([width, height, 4]);
    expect(data.equals(rgba)).toBe(true);
    expect(inflateSync(png.subarray(41, png.length - 16))).toHaveLength(height * (width * 4 + 1));
    expect(placeholderDataUrl({})).toBeUndefined();
  });
});
