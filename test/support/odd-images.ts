import sharp from "sharp";
import { buildJpegSegment } from "./image-blocks.js";
import { drawTestImage, type TestImage } from "./images.js";
import { buildTiff, PIXELS, type TiffEntry, type TiffForm } from "./tiff-files.js";

/** A picture with a fault that nobody sees, and the same picture without it. */
export interface OddImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly whole: Uint8Array;
  /** The note that is to be made of it. */
  readonly warning: RegExp;
}

const START_OF_SCAN = 0xda;

const NAMES: Readonly<Record<number, string>> = {
  192: "SOF0",
  194: "SOF2",
  196: "DHT",
  218: "SOS",
  219: "DQT",
  221: "DRI",
  224: "APP0",
  225: "APP1",
  254: "COM",
};

/** The offsets of the markers of a JPEG that no encoder has made odd, up to its first scan or of all its scans. */
export function findMarkers(
  jpeg: Uint8Array,
  { isWhole = false } = {},
): readonly { readonly marker: number; readonly at: number; readonly follows: number | undefined }[] {
  const found = [];
  let follows: number | undefined;
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xd9; ) {
    const marker = jpeg[at + 1] ?? 0;
    found.push({ marker, at, follows });
    follows = marker;
    at += 2 + ((jpeg[at + 2] ?? 0) << 8) + (jpeg[at + 3] ?? 0);
    if (marker === START_OF_SCAN && !isWhole) break;
    while (marker === START_OF_SCAN && (jpeg[at] !== 0xff || jpeg[at + 1] === 0)) at++;
  }
  return found;
}

/** Puts bytes into others. */
export function insertBytes(bytes: Uint8Array, at: number, more: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

/** Writes bytes over others. */
export function replaceBytes(bytes: Uint8Array, at: number, ...values: number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

/** A JPEG with a JFIF segment, a comment and a restart interval of nothing. */
export async function drawPlainJpeg(image: Omit<TestImage, "format"> = {}): Promise<Buffer> {
  const bytes = await drawTestImage({ width: 96, height: 64, ...image, format: "jpeg" });
  const jfif = buildJpegSegment(0xe0, Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\0\0", "latin1"));
  const more = [
    jfif,
    buildJpegSegment(0xfe, Buffer.from("a comment")),
    buildJpegSegment(0xdd, Buffer.alloc(2)),
  ];
  return insertBytes(bytes, 2, Buffer.concat(more));
}

/** Stray bytes: text, padding, and what looks like the data of pixels. */
const JUNK = [
  Buffer.from([0x12]),
  Buffer.from([0x00, 0x00]),
  Buffer.from([0xff, 0x00, 0x55]),
  Buffer.alloc(3_000, 0x20),
];

/** Stray bytes before every marker but the first and those that follow pixels. */
function insertStrayBytes(kind: string, whole: Buffer, isWhole: boolean): readonly OddImage[] {
  return (
    findMarkers(whole, { isWhole })
      // Right behind the start nobody takes it for a JPEG.
      .filter(({ follows }) => follows !== undefined && follows !== START_OF_SCAN)
      .flatMap(({ marker, at }, index) => {
        const junk = JUNK[index % JUNK.length] as Buffer;
        const name = NAMES[marker] ?? "";
        const warning = new RegExp(`^${junk.length} stray bytes? before ${name}$`);
        const title = `a ${kind} JPEG with ${junk.length} stray bytes before ${name} at ${at}`;
        return { name: title, bytes: insertBytes(whole, at, junk), whole, warning };
      })
  );
}

/** JPEGs as phones, scanners and editors write them. */
export async function drawOddJpegs(): Promise<readonly OddImage[]> {
  const plain = await drawPlainJpeg();
  const progressive = await drawPlainJpeg({ progressive: true });
  const gray = await sharp(plain).grayscale().jpeg().toBuffer();
  const bare = Buffer.from(await drawTestImage({ width: 96, height: 64 }));
  const inks = await sharp(bare).toColourspace("cmyk").jpeg().toBuffer();
  const findParameters = (jpeg: Buffer) => {
    const { at } = findMarkers(jpeg).at(-1) ?? { at: 0 };
    return at + 2 + jpeg.readUInt16BE(at + 2) - 3;
  };
  const makeOdd = (name: string, whole: Buffer, bytes: Uint8Array, warning: RegExp): OddImage => ({
    name,
    bytes,
    whole,
    warning,
  });
  const changeRevision = (major: number) =>
    makeOdd(`JFIF ${major}`, plain, replaceBytes(plain, 11, major), new RegExp(`JFIF .*${major}\\.1`));
  const changeParameters = (jpeg: Buffer, name: string, ...values: number[]) =>
    makeOdd(
      `${name} with SOS ${values}`,
      jpeg,
      replaceBytes(jpeg, findParameters(jpeg), ...values),
      /^SOS .*instead of 0, 63, 0/,
    );
  const buildAdobe = (transform: number) =>
    buildJpegSegment(0xee, Buffer.concat([Buffer.from("Adobe\0d\0\0\0\0"), Buffer.from([transform])]));
  const turned = buildTiff([[0x0112, 3, [6]]]);
  const buildExif = (name: string) =>
    buildJpegSegment(0xe1, Buffer.concat([Buffer.from(name, "latin1"), turned]));
  return [
    ...insertStrayBytes("plain", plain, false),
    ...insertStrayBytes("progressive", progressive, true),
    ...[0, 2, 9, 255].map(changeRevision),
    ...[
      [0, 0, 0],
      [1, 63, 0],
      [0, 63, 1],
      [0, 64, 0],
      [5, 9, 255],
    ].map((values) => changeParameters(plain, "a JPEG", ...values)),
    changeParameters(gray, "a gray JPEG", 0, 0, 0),
    ...[2, 3, 255].map((transform) =>
      makeOdd(
        `Adobe's transform ${transform}`,
        bare,
        insertBytes(bare, 2, buildAdobe(transform)),
        /^Adobe.* transform/,
      ),
    ),
    makeOdd(
      "Adobe's transform of inks",
      changeTransform(inks, 2),
      changeTransform(inks, 7),
      /^Adobe.* transform 7/,
    ),
    makeOdd(
      "EXIF whose name ends oddly",
      insertBytes(bare, 2, buildExif("Exif\0\0")),
      insertBytes(bare, 2, buildExif("Exif\0\xff")),
      /^EXIF/,
    ),
    makeOdd(
      "a comment that is shorter than its length",
      plain,
      replaceBytes(plain, 22, 0, 1),
      /^9 stray bytes before DRI/,
    ),
    makeOdd(
      "everything at once",
      plain,
      insertBytes(
        replaceBytes(plain, findParameters(plain), 0, 0, 0, ...plain.subarray(findParameters(plain) + 3)),
        20,
        Buffer.alloc(9, 1),
      ),
      /^9 stray bytes before COM/,
    ),
  ];
}

function changeTransform(jpeg: Buffer, transform: number): Buffer {
  const at = jpeg.indexOf("Adobe");
  return replaceBytes(jpeg, at + 11, transform);
}

const WIDTH = 24;
const HEIGHT = 18;
const PIXEL_BYTES = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 3 }, (_, index) => (index * 7) % 256));

/** A TIFF without compression, with more entries than it needs; one of the same tag takes the place of its own. */
export function buildPlainTiff(more: readonly TiffEntry[] = [], form: TiffForm = {}): Buffer {
  const own: readonly TiffEntry[] = [
    [256, 3, [WIDTH]],
    [257, 3, [HEIGHT]],
    [258, 3, [8, 8, 8]],
    [259, 3, [1]],
    [262, 3, [2]],
    [273, 4, PIXELS],
    [277, 3, [3]],
    [278, 3, [HEIGHT]],
    [279, 4, [PIXEL_BYTES.length]],
    [284, 3, [1]],
  ];
  const others = own.filter(([tag]) => more.every(([other]) => other !== tag));
  return buildTiff([...others, ...more], form, PIXEL_BYTES);
}

const FAR = { count: 40, offset: 50_000_000 };

/** TIFFs with faults in tags that say nothing about pixels. */
export function buildOddTiffs(): readonly OddImage[] {
  const whole = buildPlainTiff();
  const makeOdd = (name: string, warning: RegExp, more: readonly TiffEntry[], form?: TiffForm): OddImage => ({
    name: `a TIFF with ${name}`,
    bytes: buildPlainTiff(more, form),
    whole,
    warning,
  });
  const placeFar = (tag: number, type: number): OddImage =>
    makeOdd(`the value of ${tag} beyond its end`, new RegExp(`tag ${tag}\\b.*beyond the end`), [
      [tag, type, FAR],
    ]);
  const removeNul = (tag: number, form?: TiffForm): OddImage =>
    makeOdd(`no NUL behind ${tag}`, new RegExp(`tag ${tag}\\b.*NUL`), [[tag, 2, "Acme Corp."]], form);
  const changeOrientation = (value: number, form?: TiffForm): OddImage =>
    makeOdd(`the orientation ${value}`, new RegExp(`^Orientation .* ${value}$`), [[274, 3, [value]]], form);
  return [
    ...[0, 9, 255, 65_535].map((value) => changeOrientation(value)),
    changeOrientation(9, { isBig: true }),
    changeOrientation(0, { order: "big" }),
    ...[270, 271, 305, 306, 315, 33_432, 65_000].map((tag) => removeNul(tag)),
    removeNul(305, { isBig: true }),
    removeNul(305, { order: "big" }),
    ...[269, 270, 271, 272, 305, 306, 315, 316, 333, 33_432, 42_112, 65_000].map((tag) => placeFar(tag, 2)),
    ...[700, 33_723, 34_377, 34_675, 37_724, 50_341].map((tag) => placeFar(tag, 7)),
    ...[301, 330, 34_665, 34_853, 280, 281, 340, 341].map((tag) => placeFar(tag, 3)),
    ...[318, 319].map((tag) => placeFar(tag, 5)),
    makeOdd("an empty text", /305.*NUL/, [[305, 2, ""]]),
    makeOdd("a value of gigabytes", /305.*beyond/, [[305, 2, { count: 0xffffffff, offset: 200 }]]),
    makeOdd("a type that nobody knows", /305.*type 99/, [[305, 99, { count: 1, offset: 8 }]]),
    makeOdd("a private type that nobody knows", /65000.*type 99/, [[65_000, 99, { count: 1, offset: 8 }]]),
    makeOdd("a unit that there is not", /ResolutionUnit.* 9$/, [[296, 3, [9]]]),
    makeOdd("an orientation in words", /Orientation/, [[274, 2, "up\0"]]),
    makeOdd("a tag twice", /ascending/, [
      [305, 2, "Acme\0"],
      [305, 2, "Bcme\0"],
    ]),
    makeOdd("tags in any order", /ascending/, [[254, 4, [0]]], { isUnsorted: true }),
    makeOdd("several faults", /Orientation/, [
      [274, 3, [0]],
      [305, 2, FAR],
      [700, 1, FAR],
    ]),
  ];
}

/** A TIFF of two pages, of which the second has these entries beside those of its size. */
export function buildTwoPages(more: readonly TiffEntry[]): Buffer {
  const { length } = buildPlainTiff();
  const at = length + (length % 2);
  const second = buildTiff([
    [256, 3, [1]],
    [257, 3, [1]],
    [258, 3, [8]],
    [262, 3, [1]],
    [273, 4, PIXELS],
    ...more,
  ]);
  const first = buildPlainTiff([], { next: at });
  return Buffer.concat([first, Buffer.alloc(at - length), second.subarray(8)]);
}
