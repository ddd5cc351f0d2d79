import type { ExifFacts } from "../../../domain/model/image-metadata.js";
import { cleanText } from "./clean-text.js";
import { readPosition } from "./exif-position.js";
import { readTimeTaken } from "./exif-time.js";
import { readTiff, type TiffDirectory } from "./tiff-tags.js";

/** Tags of Exif 3.0, 4.6.4 to 4.6.6. */
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
  sensitivityType: 0x8830,
  standardOutputSensitivity: 0x8831,
  recommendedExposureIndex: 0x8832,
  isoSpeed: 0x8833,
  focalLength: 0x920a,
  lens: 0xa434,
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
    takenAt: readTimeTaken(photo),
    exposureTime: readPositive(photo, TAG.exposureTime),
    fNumber: readPositive(photo, TAG.fNumber),
    iso: readIso(photo),
    focalLength: readPositive(photo, TAG.focalLength),
    artist: readText(image, TAG.artist),
    copyright: readCopyright(image),
    position: readPosition(image.readDirectory(TAG.gps)),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as ExifFacts);
}

function readText(directory: TiffDirectory | undefined, tag: number): string | undefined {
  return cleanText(directory?.readTexts(tag)[0]);
}

/** The photographer's copyright and the editor's, of which either may be blank. */
function readCopyright(image: TiffDirectory): string | undefined {
  const parts = image.readTexts(TAG.copyright).slice(0, 2);
  return cleanText(parts.flatMap((part) => cleanText(part) ?? []).join("; "));
}

function readPositive(directory: TiffDirectory | undefined, tag: number): number | undefined {
  const [value] = directory?.readNumbers(tag, 1) ?? [];
  return value !== undefined && value > 0 ? value : undefined;
}

/** The largest number that fits the tag: cameras write it for all that is larger, and the true one elsewhere. */
const LARGEST_ISO = 65_535;

/** The tags that hold the sensitivity, the best first, by sensitivity type (Exif 3.0, 4.6.6.7, tag 34864). */
const SENSITIVITIES: Readonly<Record<number, readonly number[]>> = {
  1: [TAG.standardOutputSensitivity],
  2: [TAG.recommendedExposureIndex],
  3: [TAG.isoSpeed],
  4: [TAG.recommendedExposureIndex, TAG.standardOutputSensitivity],
  5: [TAG.isoSpeed, TAG.standardOutputSensitivity],
  6: [TAG.recommendedExposureIndex, TAG.isoSpeed],
  7: [TAG.recommendedExposureIndex, TAG.isoSpeed, TAG.standardOutputSensitivity],
};

const ALL_SENSITIVITIES = SENSITIVITIES[7] ?? [];

function readIso(photo: TiffDirectory | undefined): number | undefined {
  const iso = readPositive(photo, TAG.iso);
  if (iso !== undefined && iso < LARGEST_ISO) return iso;
  const named = SENSITIVITIES[readPositive(photo, TAG.sensitivityType) ?? 0] ?? [];
  for (const tag of [...named, ...ALL_SENSITIVITIES]) {
    const sensitivity = readPositive(photo, tag);
    if (sensitivity !== undefined) return sensitivity;
  }
  return iso;
}
