import sharp from "sharp";
import { SafelightError } from "../../domain/model/errors.js";

/** Raised whenever the engine's own code changes what pixels come out for the same plan. */
const REVISION = 4;

/** The font of marks that name none. */
const FONT = "dejavu-sans@2.37";

/** The oldest versions without known ways to run code or read memory through an image. Raise it about once a year. */
const MINIMUM_VERSIONS: Readonly<Record<string, string>> = {
  sharp: "0.35.5",
  vips: "8.18.7",
  heif: "1.23.5",
  png: "1.6.58",
  tiff: "4.7.2",
  webp: "1.6.0",
};

/** What decodes, scales, converts or encodes pixels. The CPU and the threads change only how fast that is. */
const PIXEL_LIBRARIES = [
  "sharp",
  "vips",
  "aom",
  "cgif",
  "heif",
  "imagequant",
  "lcms",
  "mozjpeg",
  "png",
  "tiff",
  "uhdr",
  "webp",
] as const;

type Versions = Readonly<Record<string, string | undefined>>;

/** The engine's revision and the versions of all libraries that its pixels depend on, as one line. */
export function computeEngineVersion(versions: Versions = sharp.versions): string {
  const libraries = PIXEL_LIBRARIES.map((name) => `${name}@${versions[name] ?? "none"}`);
  return [`safelight-sharp@${REVISION}`, FONT, ...libraries].join(" ");
}

/**
 * Throws `internal` if a library is below its floor: better no start than an open door. A library that the build
 * does not name is not judged; `sharp` and `vips` are always named.
 */
export function checkMinimumVersions(versions: Versions = sharp.versions): void {
  for (const [name, floor] of Object.entries(MINIMUM_VERSIONS)) {
    const found = versions[name];
    if (found !== undefined && isOlder(found, floor)) {
      throw new SafelightError("internal", `expected at least ${floor} for ${name} but received ${found}`);
    }
  }
}

function isOlder(found: string, floor: string): boolean {
  const numbers = (version: string) => version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  const a = numbers(found);
  for (const [index, least] of numbers(floor).entries()) {
    const part = a[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
