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

/** What an EXIF block says, as far as it can be believed; `undefined` when that is nothing. */
export function exifFacts(block: Uint8Array | undefined): ExifFacts | undefined {
  const image = block && readTiff(block);
  if (!image) return undefined;
  const photo = image.directory(TAG.exif);
  const facts = {
    make: textOf(image, TAG.make),
    model: textOf(image, TAG.model),
    lens: textOf(photo, TAG.lens),
    takenAt: timeOf(photo),
    exposureTime: positive(photo, TAG.exposureTime),
    fNumber: positive(photo, TAG.fNumber),
    iso: positive(photo, TAG.iso),
    focalLength: positive(photo, TAG.focalLength),
    artist: textOf(image, TAG.artist),
    copyright: textOf(image, TAG.copyright),
    position: positionOf(image.directory(TAG.gps)),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as ExifFacts);
}

function textOf(directory: TiffDirectory | undefined, tag: number): string | undefined {
  const text = removeInvisible(directory?.text(tag) ?? "", " ").trim();
  return text ? [...text].slice(0, MAX_TEXT).join("").trim() : undefined;
}

function positive(directory: TiffDirectory | undefined, tag: number): number | undefined {
  const [value] = directory?.numbers(tag, 1) ?? [];
  return value !== undefined && value > 0 ? value : undefined;
}

/** Cameras without a set clock write zeros or blanks: a day that is in no calendar is left out. */
function timeOf(photo: TiffDirectory | undefined): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(photo?.text(TAG.takenAt) ?? "");
  if (!parts) return undefined;
  const local = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`;
  const time = new Date(`${local}Z`);
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(local)) return undefined;
  const [offset] = /^[+-](?:0\d|1[0-4]):[0-5]\d/.exec(photo?.text(TAG.takenAtOffset) ?? "") ?? [];
  return offset === undefined ? local : `${local}${offset}`;
}

/** Without its hemispheres a position would be one of four places: then there is none. */
function positionOf(gps: TiffDirectory | undefined): ExifFacts["position"] {
  const latitude = degrees(gps, TAG.latitude, TAG.latitudeRef, { N: 1, S: -1 }, 90);
  const longitude = degrees(gps, TAG.longitude, TAG.longitudeRef, { E: 1, W: -1 }, 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const [height] = gps?.numbers(TAG.altitude, 1) ?? [];
  const [below] = gps?.numbers(TAG.altitudeRef, 1) ?? [];
  const altitude = height === undefined ? undefined : below === 1 ? -height : height;
  return { latitude, longitude, ...(altitude !== undefined && { altitude }) };
}

function degrees(
  gps: TiffDirectory | undefined,
  tag: number,
  reference: number,
  signs: Readonly<Record<string, number>>,
  most: number,
): number | undefined {
  const [whole, minutes, seconds] = gps?.numbers(tag, 3) ?? [];
  const sign = signs[gps?.text(reference)?.[0] ?? ""];
  if (whole === undefined || minutes === undefined || seconds === undefined || sign === undefined)
    return undefined;
  const value = whole + minutes / 60 + seconds / 3600;
  // A ten-millionth of a degree is a centimetre.
  return value >= 0 && value <= most ? (sign * Math.round(value * 1e7)) / 1e7 : undefined;
}
