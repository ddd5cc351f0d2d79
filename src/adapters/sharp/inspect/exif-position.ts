import type { ExifFacts } from "../../../domain/model/image-metadata.js";
import type { TiffDirectory } from "./tiff-tags.js";

/** Tags of Exif 3.0, 4.6.7. */
const TAG = {
  latitudeRef: 1,
  latitude: 2,
  longitudeRef: 3,
  longitude: 4,
  altitudeRef: 5,
  altitude: 6,
  status: 9,
} as const;

/** The altitude references of heights below the sea or the ellipsoid. */
const BELOW: ReadonlySet<number | undefined> = new Set([1, 3]);

/**
 * Reads where the picture was taken. Without its hemispheres a position is ambiguous, and left out; so is one that the
 * receiver itself calls void, and 0, 0, which programs write for none.
 */
export function readPosition(gps: TiffDirectory | undefined): ExifFacts["position"] {
  if (readLetter(gps, TAG.status) === "V") return undefined;
  const latitude = readDegrees(gps, TAG.latitude, TAG.latitudeRef, { N: 1, S: -1 }, 90);
  const longitude = readDegrees(gps, TAG.longitude, TAG.longitudeRef, { E: 1, W: -1 }, 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  if (latitude === 0 && longitude === 0) return undefined;
  const [height] = gps?.readNumbers(TAG.altitude, 1) ?? [];
  const [reference] = gps?.readNumbers(TAG.altitudeRef, 1) ?? [];
  const altitude = height === undefined ? undefined : BELOW.has(reference) ? -height : height;
  return { latitude, longitude, ...(altitude !== undefined && { altitude }) };
}

/** Degrees, minutes and seconds; the last two may be missing, or be unknown (0/0), and then their whole is in what is there. */
function readDegrees(
  gps: TiffDirectory | undefined,
  tag: number,
  reference: number,
  signs: Readonly<Record<string, number>>,
  most: number,
): number | undefined {
  const parts = gps?.readNumbers(tag, 3) ?? gps?.readNumbers(tag, 2) ?? gps?.readNumbers(tag, 1) ?? [];
  const [degrees, minutes = 0, seconds = 0] = parts;
  const sign = signs[readLetter(gps, reference)];
  if (degrees === undefined || sign === undefined) return undefined;
  const value = degrees + minutes / 60 + seconds / 3600;
  if (!(value >= 0 && value <= most)) return undefined;
  // A ten-millionth of a degree is a centimeter. Adding 0 makes the equator's -0 a 0.
  return (sign * Math.round(value * 1e7)) / 1e7 + 0;
}

function readLetter(gps: TiffDirectory | undefined, tag: number): string {
  return (gps?.readTexts(tag)[0] ?? "").trim().slice(0, 1).toUpperCase();
}
