import sharp, { type Sharp } from "sharp";
import type { Orientation } from "../../src/domain/model/size.js";

// By names of this file: jest looks a global up anew for each pixel, which takes longer than to paint it.
const { abs, round } = Math;

/** The formats that a test picture can have. */
export type TestFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff";

/** The corners of every test picture, upright: so bright and different that no encoder can confuse them. */
export const CORNERS = {
  topLeft: [230, 30, 30],
  topRight: [30, 200, 30],
  bottomLeft: [30, 30, 230],
  bottomRight: [240, 240, 240],
} as const;

/** Words that only a picture's private metadata holds. */
export const MARKERS = {
  exif: "SAFELIGHT-EXIF-MARKER",
  gps: "SAFELIGHT-GPS-MARKER",
  xmp: "SAFELIGHT-XMP-MARKER",
  iptc: "SAFELIGHT-IPTC-MARKER",
} as const;

/** The description of a test picture; the size is that of the upright picture. */
export interface TestImage {
  readonly width?: number;
  readonly height?: number;
  readonly format?: TestFormat;
  readonly orientation?: Orientation;
  /** The right half fades out towards the bottom. */
  readonly alpha?: boolean;
  /** Camera, artist, copyright and position, with {@link MARKERS}. */
  readonly privateMetadata?: boolean;
  /** More than 1 makes it move (GIF and WebP). */
  readonly frames?: number;
  /** Milliseconds by frame; each 100 when left out. */
  readonly delay?: readonly number[];
  readonly progressive?: boolean;
}

/** One picture: four colored quarters with a gentle texture. */
export async function drawTestImage(image: TestImage = {}): Promise<Uint8Array> {
  const { format = "jpeg", frames = 1, orientation, privateMetadata } = image;
  const stored = computeStoredSize(image);
  const channels = image.alpha ? 4 : 3;
  const raw = Buffer.concat(
    Array.from({ length: frames }, (_, frame) => drawQuarters(image, channels, frame)),
  );
  let picture = sharp(raw, {
    raw: {
      width: stored.width,
      height: stored.height * frames,
      channels,
      ...(frames > 1 && { pageHeight: stored.height }),
    },
  });
  if (privateMetadata) picture = addPrivateMetadata(picture);
  if (orientation) picture = picture.withMetadata({ orientation });
  const bytes = await encodeImage(picture, format, image);
  return privateMetadata && format === "jpeg" ? addIptc(bytes) : bytes;
}

/** The mean color around a point given in shares of the width and height, of the first frame. */
export async function readColor(bytes: Uint8Array, x: number, y: number): Promise<readonly number[]> {
  const { data, info } = await sharp(bytes)
    .flatten({ background: "#000000" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const sums = [0, 0, 0];
  const [column, row] = [Math.floor(x * info.width), Math.floor(y * info.height)];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const at = (clamp(row + dy, info.height) * info.width + clamp(column + dx, info.width)) * info.channels;
      for (const band of [0, 1, 2]) sums[band] = (sums[band] ?? 0) + (data[at + band] ?? 0) / 9;
    }
  }
  return sums;
}

/** How far two colors are apart, 0 to 441. */
export function computeColorDistance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, band) => value - (b[band] ?? 0)));
}

function clamp(value: number, length: number): number {
  return Math.min(Math.max(value, 0), length - 1);
}

function computeStoredSize({ width = 64, height = 48, orientation = 1 }: TestImage) {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

function drawQuarters(image: TestImage, channels: 3 | 4, frame: number): Buffer {
  const { width = 64, height = 48, orientation = 1 } = image;
  const stored = computeStoredSize(image);
  // Clamped: what is below 0 or above 255 becomes that.
  const pixels = new Uint8ClampedArray(stored.width * stored.height * channels);
  const findUpright = UPRIGHT[orientation];
  const { topLeft, topRight, bottomLeft, bottomRight } = CORNERS;
  for (let row = 0, at = 0; row < stored.height; row++) {
    for (let column = 0; column < stored.width; column++, at += channels) {
      const [x, y] = findUpright(column, row, stored.width - 1 - column, stored.height - 1 - row);
      const [left, right] = y < height / 2 ? [topLeft, topRight] : [bottomLeft, bottomRight];
      const color = x < width / 2 ? left : right;
      const texture = isBar(x / width, y / height, frame) ? -200 : ((x * 7 + y * 13) % 23) - 11;
      pixels[at] = color[0] + texture;
      pixels[at + 1] = color[1] + texture;
      pixels[at + 2] = color[2] + texture;
      if (channels === 4) pixels[at + 3] = x < width / 2 ? 255 : round(255 * (1 - y / height));
    }
  }
  return Buffer.from(pixels.buffer);
}

/** A dark bar in the middle, at another place in each frame: an encoder may merge frames that look alike. */
function isBar(x: number, y: number, frame: number): boolean {
  const start = (frame % 8) / 8;
  return frame > 0 && abs(y - 0.5) < 0.15 && x >= start && x < start + 0.125;
}

type Position = (column: number, row: number, right: number, down: number) => readonly [number, number];

/** Where a stored pixel belongs in the upright picture, straight from the words of Exif 2.32, 4.6.4.A. */
const UPRIGHT: Readonly<Record<Orientation, Position>> = {
  1: (column, row) => [column, row],
  2: (_column, row, right) => [right, row],
  3: (_column, _row, right, down) => [right, down],
  4: (column, _row, _right, down) => [column, down],
  5: (column, row) => [row, column],
  6: (column, _row, _right, down) => [down, column],
  7: (_column, _row, right, down) => [down, right],
  8: (_column, row, right) => [row, right],
};

function addPrivateMetadata(picture: Sharp): Sharp {
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${MARKERS.xmp}"/></rdf:RDF></x:xmpmeta>`;
  return picture
    .withExif({
      IFD0: { Make: "Acme", Model: "Obscura 1", Artist: MARKERS.exif, Copyright: "Ansel & Co" },
      IFD3: {
        GPSLatitudeRef: "N",
        GPSLatitude: "51/1 30/1 2652/100",
        GPSLongitudeRef: "W",
        GPSLongitude: "0/1 7/1 4068/100",
        GPSMapDatum: MARKERS.gps,
        GPSDateStamp: "2024:05:17",
      },
    })
    .withXmp(xmp);
}

async function encodeImage(picture: Sharp, format: TestFormat, image: TestImage): Promise<Uint8Array> {
  const { frames = 1, delay = Array.from({ length: frames }, () => 100), progressive = false } = image;
  const moving = frames > 1 ? { delay: [...delay], loop: 0 } : {};
  switch (format) {
    case "jpeg":
      return picture.jpeg({ quality: 92, progressive }).toBuffer();
    case "png":
      return picture.png({ progressive }).toBuffer();
    case "webp":
      return picture.webp({ quality: 92, effort: 0, ...moving }).toBuffer();
    case "gif":
      return picture.gif({ effort: 1, keepDuplicateFrames: true, ...moving }).toBuffer();
    case "avif":
      return picture.avif({ quality: 80, effort: 0 }).toBuffer();
    case "tiff":
      return picture.tiff({ compression: "lzw" }).toBuffer();
  }
}

/** A Photoshop segment with one caption, put in right after the start of a JPEG. */
function addIptc(jpeg: Uint8Array): Uint8Array {
  const caption = Buffer.from(MARKERS.iptc);
  const dataset = Buffer.concat([Buffer.from([0x1c, 0x02, 0x78, 0x00, caption.length]), caption]);
  const padded = dataset.length % 2 ? Buffer.concat([dataset, Buffer.alloc(1)]) : dataset;
  const head = Buffer.from([0x04, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, dataset.length]);
  const body = Buffer.concat([Buffer.from("Photoshop 3.0\0"), Buffer.from("8BIM"), head, padded]);
  const length = body.length + 2;
  const segment = Buffer.concat([Buffer.from([0xff, 0xed, length >> 8, length & 0xff]), body]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}
