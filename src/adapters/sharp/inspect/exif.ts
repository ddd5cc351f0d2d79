import type { ExifFacts } from "../../../domain/model/image-metadata.js";
import { removeInvisible } from "../../../domain/model/invisible.js";
import { readTiff, type TiffDirectory } from "./tiff-tags.js";

/** Characters of a text that are kept. */
const MAX_TEXT = 200;

/** Tags of Exif 2.32, 4.6.4 to 4.6.6. */
const TAG = {
  make: 0x010f,
  model: 0x0110,
  artist: 0x013b,
  copyright: 0x8298,
  exif: 0x8769,
  gps: 0x8825,
  exposureTime: 0x829a,
  fNumber: 0x829d,
  iso: 0x8827,
  takenAt: 0x9003,
  takenAtOffset: 0x9011,
  focalLength: 0x920a,
  lens: 0xa434,
  latitudeRef: 1,
  latitude: 2,
  longitudeRef: 3,
  longitude: 4,
  altitudeRef: 5,
  altitude: 6,
} as const;

/** Parses the plausible facts of an EXIF block; `undefined` if there is none. */
export function parseExif(block: Uint8Array | undefined): ExifFacts | undefined {
  const image = block && readTiff(block);
  if (!image) return undefined;
  const photo = image.readDirectory(TAG.exif);
  const facts = {
    make: readText(image, TAG.make),
    model: readText(image, TAG.model),
    lens: readText(photo, TAG.lens),
    takenAt: readTime(photo),
    exposureTime: readPositive(photo, TAG.exposureTime),
    fNumber: readPositive(photo, TAG.fNumber),
    iso: readPositive(photo, TAG.iso),
    focalLength: readPositive(photo, TAG.focalLength),
    artist: readText(image, TAG.artist),
    copyright: readText(image, TAG.copyright),
    position: readPosition(image.readDirectory(TAG.gps)),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as ExifFacts);
}

function readText(directory: TiffDirectory | undefined, tag: number): string | undefined {
  const text = removeInvisible(directory?.readText(tag) ?? "", " ").trim();
  return text ? [...text].slice(0, MAX_TEXT).join("").trim() : undefined;
}

function readPositive(directory: TiffDirectory | undefined, tag: number): number | undefined {
  const [value] = directory?.readNumbers(tag, 1) ?? [];
  return value !== undefined && value > 0 ? value : undefined;
}

/** Cameras whose clock is not set write zeros or blanks: an invalid date is left out. */
function readTime(photo: TiffDirectory | undefined): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(photo?.readText(TAG.takenAt) ?? "");
  if (!parts) return undefined;
  const local = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`;
  const time = new Date(`${local}Z`);
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(local)) return undefined;
  const [offset] = /^[+-](?:0\d|1[0-4]):[0-5]\d/.exec(photo?.readText(TAG.takenAtOffset) ?? "") ?? [];
  return offset === undefined ? local : `${local}${offset}`;
}

/** Without its hemispheres a position is ambiguous, and left out. */
function readPosition(gps: TiffDirectory | undefined): ExifFacts["position"] {
  const latitude = readDegrees(gps, TAG.latitude, TAG.latitudeRef, { N: 1, S: -1 }, 90);
  const longitude = readDegrees(gps, TAG.longitude, TAG.longitudeRef, { E: 1, W: -1 }, 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const [height] = gps?.readNumbers(TAG.altitude, 1) ?? [];
  const [below] = gps?.readNumbers(TAG.altitudeRef, 1) ?? [];
  const altitude = height === undefined ? undefined : below === 1 ? -height : height;
  return { latitude, longitude, ...(altitude !== undefined && { altitude }) };
}

function readDegrees(
  gps: TiffDirectory | undefined,
  tag: number,
  reference: number,
  signs: Readonly<Record<string, number>>,
  most: number,
): number | undefined {
  const [whole, minutes, seconds] = gps?.readNumbers(tag, 3) ?? [];
  const sign = signs[gps?.readText(reference)?.[0] ?? ""];
  if (whole === undefined || minutes === undefined || seconds === undefined || sign === undefined)
    return undefined;
  const value = whole + minutes / 60 + seconds / 3600;
  // A ten-millionth of a degree is a centimeter.
  return value >= 0 && value <= most ? (sign * Math.round(value * 1e7)) / 1e7 : undefined;
}
