/**
 * Draws test/golden/heic/: sixteen HEIC files of one card of colors, each made in another way, and the same card as JPEG or
 * PNG to compare them with; and test/golden/heic-limits/: a large picture in few bytes. Needs `heif-enc` (Debian:
 * libheif-examples).
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CARD, drawCard, drawFlat, finish } from "./heic/card.mjs";
import { encodeHeic, P3_OPTIONS } from "./heic/encode.mjs";
import { toBytes, writeHeif } from "./heic/heif-file.mjs";

const folder = fileURLToPath(new URL("../test/golden/heic/", import.meta.url));

const limits = fileURLToPath(new URL("../test/golden/heic-limits/", import.meta.url));

const EXIF = {
  IFD0: { Make: "Safelight", Model: "Pinhole Mark II", Artist: "Safelight contributors" },
  IFD2: { DateTimeOriginal: "2025:09:21 06:48:12", OffsetTimeOriginal: "+02:00", FNumber: "8/1" },
  IFD3: {
    GPSLatitudeRef: "N",
    GPSLatitude: "46/1 33/1 2760/100",
    GPSLongitudeRef: "E",
    GPSLongitude: "11/1 37/1 4920/100",
  },
};

/** Angles count turns of 90 degrees to the left; axis 0 exchanges top and bottom, 1 left and right. */
const turn = (angle) => ({ type: "irot", content: Buffer.from([angle]), essential: true });
const mirror = (axis) => ({ type: "imir", content: Buffer.from([axis]), essential: true });

/** Code points of H.273 for Display P3 with the curve of sRGB. */
const P3 = {
  type: "colr",
  content: Buffer.concat([Buffer.from("nclx"), toBytes([12, 2], [13, 2], [6, 2], [0x80, 1])]),
};

/** Adds properties to the picture of a file, without its thumbnails. */
const addProperties = ({ primary, items }, ...properties) => ({
  primary,
  items: items.map((item) =>
    item.id === primary ? { ...item, properties: [...item.properties, ...properties] } : item,
  ),
});

const encodePng = async (picture, ...options) => encodeHeic(await picture.png().toBuffer(), ...options);

/** Sixteen bits a channel, so that heif-enc writes ten. */
const widen = (picture) => picture.toColourspace("rgb16");

/** The card in the numbers of Display P3: with their profile, or without a word about it. */
const drawWide = () => drawCard().withIccProfile("p3");
const drawWideNumbers = async () => {
  const { data, info } = await drawWide().raw().toBuffer({ resolveWithObject: true });
  return finish(drawCard().constructor(data, { raw: info }));
};

/** As a phone stores a portrait: tiles of a turned picture, a profile, and EXIF that tells of the turn as well. */
async function drawPhone() {
  const stored = await finish(drawWide().rotate(90));
  const { width, height } = await stored.metadata();
  const tile = 64;
  const [columns, rows] = [Math.ceil(width / tile), Math.ceil(height / tile)];
  const whole = await finish(
    stored.keepIccProfile().extend({
      right: columns * tile - width,
      bottom: rows * tile - height,
      extendWith: "copy",
    }),
  );
  const tiles = [];
  for (let top = 0; top < height; top += tile)
    for (let left = 0; left < width; left += tile) {
      const part = whole.clone().keepIccProfile().extract({ left, top, width: tile, height: tile });
      const { items } = await encodePng(part);
      tiles.push({ ...items[0], id: tiles.length + 1, hidden: true });
    }
  const isKept = ({ type }) => type === "colr" || type === "pixi";
  const primary = tiles.length + 1;
  const size = toBytes([width, 2], [height, 2]);
  const grid = {
    id: primary,
    type: "grid",
    data: Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), size]),
    references: [{ type: "dimg", to: tiles.map(({ id }) => id) }],
    properties: [
      { type: "ispe", content: toBytes([0, 4], [width, 4], [height, 4]) },
      ...tiles[0].properties.filter(isKept),
      turn(1),
    ],
  };
  const jpeg = await drawCard().withExif(EXIF).withMetadata({ orientation: 8 }).jpeg().toBuffer();
  const { exif } = await drawCard().constructor(jpeg).metadata();
  const facts = {
    id: primary + 1,
    type: "Exif",
    hidden: true,
    data: Buffer.concat([Buffer.alloc(4), exif]),
    references: [{ type: "cdsc", to: [primary] }],
    properties: [],
  };
  return { primary, items: [...tiles, grid, facts] };
}

const FILES = {
  plain: () => encodePng(drawCard()),
  "chroma-444": () => encodePng(drawCard(), "-p", "chroma=444"),
  "odd-size": async () => encodePng((await finish(drawCard())).extract(ODD)),
  gray: () => encodePng(drawCard().toColourspace("b-w")),
  alpha: () => encodePng(drawCard({ alpha: true })),
  "ten-bit": () => encodePng(widen(drawCard()), "-b", "10"),
  "profile-p3": () => encodePng(drawWide()),
  "nclx-p3": async () => addProperties(await encodePng(await drawWideNumbers()), P3),
  "hevc-p3": async () => encodePng(await drawWideNumbers(), ...P3_OPTIONS),
  /** With a thumbnail, too. */
  "exif-orientation": async () =>
    encodeHeic(
      await drawCard()
        .withExif(EXIF)
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
        .toBuffer(),
      "-t",
      "64",
    ),
  "turned-90": async () => addProperties(await encodePng(drawCard().rotate(90)), turn(1)),
  "turned-180": async () => addProperties(await encodePng(drawCard().rotate(180)), turn(2)),
  "turned-270": async () => addProperties(await encodePng(drawCard().rotate(270)), turn(3)),
  mirrored: async () => addProperties(await encodePng(drawCard().flip()), mirror(0)),
  "mirrored-turned": async () =>
    addProperties(await encodePng((await finish(drawCard().flop())).rotate(90)), turn(1), mirror(1)),
  phone: drawPhone,
};

/** Neither side is even. */
const ODD = { left: 0, top: 0, width: CARD.width - 3, height: CARD.height - 5 };

const encodeJpeg = (picture) => picture.jpeg({ quality: 98, chromaSubsampling: "4:4:4" }).toBuffer();

for (const one of [folder, limits]) {
  rmSync(one, { recursive: true, force: true });
  mkdirSync(one, { recursive: true });
}
for (const [name, draw] of Object.entries(FILES))
  writeFileSync(`${folder}${name}.heic`, writeHeif(await draw()));
writeFileSync(`${folder}card.jpg`, await encodeJpeg(drawCard()));
writeFileSync(`${folder}card-gray.jpg`, await encodeJpeg(drawCard().toColourspace("b-w")));
writeFileSync(`${folder}card-odd.jpg`, await encodeJpeg((await finish(drawCard())).extract(ODD)));
writeFileSync(`${folder}card-alpha.png`, await drawCard({ alpha: true }).png().toBuffer());
writeFileSync(`${limits}flat.heic`, writeHeif(await encodePng(drawFlat(), "-q", "30")));
