import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { buildIccProfile, type ColorSpace, convertColor, SRGB } from "./color-spaces.js";
import { buildJpegSegment, buildPngChunk } from "./image-blocks.js";

/** Pixels a side of one patch. */
const PATCH = 16;

/** Colors of sRGB in a row each: grays, and a grid that leaves out nothing but the very edge of the gamut. */
export const PATCHES: readonly (readonly [number, number, number])[] = [
  ...[0, 32, 64, 128, 192, 255].map((gray) => [gray, gray, gray] as const),
  ...[40, 128, 215].flatMap((red) =>
    [40, 128, 215].flatMap((green) => [40, 128, 215].map((blue) => [red, green, blue] as const)),
  ),
];

/** Width of a card in pixels. */
export const CARD_WIDTH = PATCH * PATCHES.length;

/** The patches as whole numbers of a color space. */
export function convertPatches(space: ColorSpace): readonly (readonly number[])[] {
  return PATCHES.map((patch) =>
    convertColor(patch, SRGB, space).map((value) => Math.min(Math.max(Math.round(value), 0), 255)),
  );
}

/** The patches in the numbers of a space, with its profile. */
export async function drawColorCard(space: ColorSpace, format: "png" | "jpeg"): Promise<Uint8Array> {
  const raw = paint(convertPatches(space));
  if (format === "png") {
    return insertProfile(await raw.png().toBuffer(), space);
  }
  const jpeg = await raw.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
  const head = Buffer.from("ICC_PROFILE\0\x01\x01", "latin1");
  const profile = buildJpegSegment(0xe2, Buffer.concat([head, buildIccProfile(space)]));
  return Buffer.concat([jpeg.subarray(0, 2), profile, jpeg.subarray(2)]);
}

/** A card of any colors in 8 bits, without a profile. */
export function paint(patches: readonly (readonly number[])[]) {
  const width = PATCH * patches.length;
  const row = Buffer.from(patches.flatMap((patch) => Array.from({ length: PATCH }, () => [...patch]).flat()));
  return sharp(Buffer.concat(Array.from({ length: PATCH }, () => row)), {
    raw: { width, height: PATCH, channels: 3 },
  });
}

/** The numbers in the middle of each patch, as they are stored. */
export async function readPatches(bytes: Uint8Array): Promise<readonly (readonly number[])[]> {
  const { data, info } = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.width / PATCH }, (_, index) => {
    const at = ((PATCH / 2) * info.width + index * PATCH + PATCH / 2) * info.channels;
    return [...data.subarray(at, at + 3)];
  });
}

/** A PNG with the profile of a space put in; its numbers stay. */
export function insertProfile(png: Uint8Array, space: ColorSpace): Uint8Array {
  const name = Buffer.from(`${space.name}\0\0`, "latin1");
  const profile = buildPngChunk("iCCP", Buffer.concat([name, deflateSync(buildIccProfile(space))]));
  return Buffer.concat([png.subarray(0, 33), profile, png.subarray(33)]);
}
