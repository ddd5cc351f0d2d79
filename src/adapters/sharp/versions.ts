import { SafelightError } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import { findLibheif } from "./heic/libheif.js";
import { readInstalledVersions, type Versions } from "./installed-versions.js";

/** Raised whenever the engine's own code changes what pixels come out for the same plan. */
const REVISION = 9;

/** The font of watermarks that name none. */
const FONT = "dejavu-sans@2.37";

/** The oldest versions without known ways to run code or read memory through an image. Raise it about once a year. */
const MINIMUM_VERSIONS: Readonly<Record<string, string>> = {
  sharp: "0.35.5",
  vips: "8.18.7",
  heif: "1.23.5",
  "libheif-js": "1.23.2",
  png: "1.6.58",
  tiff: "4.7.2",
  webp: "1.6.0",
};

/** The libraries that decode, scale, convert or encode pixels. CPU and threads change only how fast they are. */
const PIXEL_LIBRARIES = [
  "sharp",
  "vips",
  "aom",
  "cgif",
  "heif",
  "imagequant",
  "lcms",
  "libheif-js",
  "mozjpeg",
  "png",
  "tiff",
  "uhdr",
  "webp",
] as const;

/** Adds what `sharp.versions` does not name. */
function addLibheif(versions: Versions): Versions {
  return { "libheif-js": findLibheif()?.version, ...versions };
}

/** Computes from `sharp.versions` one line of the engine's revision and the versions of all libraries that its pixels depend on. */
export function computeEngineVersion(versions: Versions): string {
  const all = addLibheif(versions);
  const libraries = PIXEL_LIBRARIES.map((name) => `${name}@${all[name] ?? "none"}`);
  return [`safelight-sharp@${REVISION}`, FONT, ...libraries].join(" ");
}

/**
 * Computes the version of an engine that has no decoder for formats other than these: of sharp as it is installed here, and
 * with that of HEIC only where it is let in. The functions on AWS have such an engine. Nothing is loaded.
 */
export function computeInstalledVersion(formats: readonly ImageFormat[]): string {
  return computeNeededVersion(readInstalledVersions(), formats);
}

/** As {@link computeEngineVersion}, for originals of these formats alone: a decoder that none of them needs is as if there were none. */
export function computeNeededVersion(versions: Versions, formats: readonly ImageFormat[]): string {
  return computeEngineVersion(formats.includes("heic") ? versions : { ...versions, "libheif-js": undefined });
}

/**
 * Throws `internal` if a library is older than its minimum version. A library whose version the build does not name is not
 * checked; `sharp` and `vips` are always named.
 */
export function checkMinimumVersions(versions: Versions): void {
  const all = addLibheif(versions);
  for (const [name, minimum] of Object.entries(MINIMUM_VERSIONS)) {
    const found = all[name];
    if (found !== undefined && isOlder(found, minimum)) {
      throw new SafelightError(
        "internal",
        `${name} ${found} is older than ${minimum}, the oldest safe version; update ${name === "libheif-js" ? name : "sharp"}`,
      );
    }
  }
}

function isOlder(found: string, minimum: string): boolean {
  const parseNumbers = (version: string) =>
    version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  const a = parseNumbers(found);
  for (const [index, least] of parseNumbers(minimum).entries()) {
    const part = a[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
