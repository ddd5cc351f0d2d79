import { refusal, refusalInWords, type SafelightError } from "../../../domain/model/errors.js";
import { readTiff, type TiffDirectory } from "./tiff-tags.js";

/** Tags of TIFF 6.0, section 8. */
const TAG = {
  width: 256,
  length: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  samplesPerPixel: 277,
  planarConfiguration: 284,
  tileWidth: 322,
  tileLength: 323,
  sampleFormat: 339,
  subsampling: 530,
} as const;

/** Compressions that libvips' build reads: none, CCITT, LZW, JPEG, deflate, PackBits, ThunderScan, LogLuv and WebP. */
const COMPRESSIONS: ReadonlySet<number> = new Set([
  1, 2, 3, 4, 5, 7, 8, 32_771, 32_773, 32_809, 32_946, 34_676, 34_677, 50_001,
]);

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  6: "old-style JPEG",
  34712: "JPEG 2000",
  34887: "LERC",
  34925: "LZMA",
  50000: "ZSTD",
  50002: "JPEG XL",
};

const YCBCR = 6;
const CIE_LAB = 8;
const JPEG_COMPRESSION = 7;
const SEPARATE_PLANES = 2;

/** Brightness and two differences of color. */
const LAB_CHANNELS = 3;

const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: "signed",
  3: "floating-point",
  5: "complex",
  6: "complex",
};

/**
 * For each tile libvips looks through all that it holds of a row of tiles: 6,250 small ones a row take a minute. No writer
 * makes tiles that small of a picture that large.
 */
const MAX_TILES = 50_000;
const MAX_TILES_PER_ROW = 2_048;

/** More samples are refused by their number. */
const MAX_SAMPLES = 8;

/**
 * Throws `unsupported-format` for a TIFF whose pixels libvips cannot read, or reads as something else than colors, and
 * `too-large` for one of too many tiles. The first picture of the file counts.
 */
export function checkTiffLayout(bytes: Uint8Array): void {
  const image = readTiff(bytes);
  if (!image) return;
  const read = (tag: number, missing: number) => image.readNumbers(tag, 1)?.[0] ?? missing;
  const compression = read(TAG.compression, 1);
  if (!COMPRESSIONS.has(compression))
    throw createLayoutError(
      `one compressed by ${COMPRESSION_NAMES[compression] ?? `the method ${compression}`}`,
    );
  const photometric = read(TAG.photometric, 0);
  const isSeparate = read(TAG.planarConfiguration, 1) === SEPARATE_PLANES;
  // libvips takes them for red, green and blue.
  if (photometric === YCBCR && compression !== JPEG_COMPRESSION && (isSeparate || !isSubsampled(image)))
    throw createLayoutError("one of YCbCr with all colors or in separate planes");
  checkSamples(image, read(TAG.samplesPerPixel, 1), photometric === CIE_LAB);
  const tileWidth = read(TAG.tileWidth, 0);
  if (tileWidth === 0) return;
  if (read(TAG.samplesPerPixel, 1) > 1 && isSeparate)
    throw createLayoutError("one of tiles in separate planes");
  checkTiles(read(TAG.width, 0), read(TAG.length, 0), tileWidth, read(TAG.tileLength, 0));
}

/** Whether pixels share colors. Where nothing says so, four do (TIFF 6.0, section 21). */
function isSubsampled(image: TiffDirectory): boolean {
  return (image.readNumbers(TAG.subsampling, 2) ?? [2, 2]).some((pixels) => pixels > 1);
}

function checkSamples(image: TiffDirectory, samples: number, isLab: boolean): void {
  // libvips loses its opacity.
  if (isLab && samples > LAB_CHANNELS) throw createLayoutError("one of CIE Lab with a channel beside it");
  const count = Math.min(Math.max(samples, 1), MAX_SAMPLES);
  // What is missing, or lies beyond the end of a file that was cut, is left to the decoder, which calls that damage.
  const readAll = (tag: number) => image.readNumbers(tag, count) ?? image.readNumbers(tag, 1) ?? [];
  const formats = readAll(TAG.sampleFormat);
  // CIE Lab of 16 bits is signed by nature, whatever its tag says.
  const format = isLab ? undefined : formats.find((one) => SAMPLE_FORMATS[one]);
  if (format !== undefined) throw createLayoutError(`one of ${SAMPLE_FORMATS[format]} samples`);
  const allowed = isLab ? [16] : count === 1 ? [1, 2, 4, 8, 16] : [8, 16];
  const bits = readAll(TAG.bitsPerSample).find((one) => !allowed.includes(one));
  if (bits !== undefined)
    throw createLayoutError(`one of ${bits} bits a sample${isLab ? " in CIE Lab" : ""}`);
}

function checkTiles(width: number, length: number, tileWidth: number, tileLength: number): void {
  const across = Math.ceil(width / tileWidth);
  const tiles = across * Math.ceil(length / Math.max(tileLength, 1));
  if (across > MAX_TILES_PER_ROW)
    throw refusal("too-large", `at most ${MAX_TILES_PER_ROW} tiles in a row`, "a TIFF", across);
  if (tiles > MAX_TILES) throw refusal("too-large", `at most ${MAX_TILES} tiles`, "a TIFF", tiles);
}

function createLayoutError(received: string): SafelightError {
  return refusalInWords("unsupported-format", "pixels that can be decoded", "a TIFF", received);
}
