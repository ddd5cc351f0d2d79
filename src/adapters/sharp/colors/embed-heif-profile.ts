import { createBox, type IsoBox, readBoxes, readType } from "../heif/iso-boxes.js";
import {
  type ItemProperties,
  listOwnProperties,
  readItemProperties,
  writeAssociations,
} from "../heif/item-properties.js";
import { readPixelColors } from "../heif/pixel-colors.js";
import type { CodePoints } from "../heif/sequence-colors.js";
import { type ColorDescription, createProfile } from "./icc-profile.js";
import { BT_709, findPrimaries, isSamePrimaries } from "./primaries.js";
import { DEFAULT_PEAK } from "./tone-mapping.js";
import { findTransfer, isSrgbTransfer, SRGB_TRANSFER } from "./transfer-function.js";

/** Types of a `colr` box that hold an ICC profile (ISO/IEC 14496-12, 12.1.5). */
const PROFILE_TYPES: ReadonlySet<string> = new Set(["prof", "rICC"]);

/** More associations of one item cannot be written. */
const MAX_ASSOCIATIONS = 255;

/**
 * Puts an ICC profile into a copy of an AVIF or a HEIC whose colors are told by code points: libvips reads profiles alone. A
 * profile of the file's own counts first, then its code points (`nclx`), then those that the pixels carry. Returns the
 * bytes themselves if a profile would say nothing new.
 */
export function embedHeifProfile(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items = readItemProperties(view);
  if (!items) return bytes;
  const description = describeColors(view, items);
  if (!description) return bytes;
  const profile = createProfile(description, "rgb");
  return profile ? appendProfile(bytes, items, profile) : bytes;
}

/** Describes the colors of the picture; `undefined` if they are sRGB, or a profile tells them. */
function describeColors(view: DataView, items: ItemProperties): ColorDescription | undefined {
  const own = listOwnProperties(items);
  const colors = own.filter(({ type, content, end }) => type === "colr" && end >= content + 4);
  if (colors.some(({ content }) => PROFILE_TYPES.has(readType(view, content)))) return undefined;
  const nclx = colors.find(({ content, end }) => readType(view, content) === "nclx" && end >= content + 8);
  const codePoints: CodePoints | undefined = nclx
    ? [view.getUint16(nclx.content + 4), view.getUint16(nclx.content + 6)]
    : readPixelColors(view, items);
  if (!codePoints) return undefined;
  const primaries = findPrimaries(codePoints[0]) ?? BT_709;
  // Browsers show the curves of BT.709's family as sRGB's.
  const context = { video: SRGB_TRANSFER, peak: readPeak(view, own) };
  const transfer = findTransfer(codePoints[1], context) ?? SRGB_TRANSFER;
  return isSrgbTransfer(transfer) && isSamePrimaries(primaries, BT_709)
    ? undefined
    : { primaries, transfer, codePoints };
}

/** The brightest light of the content in cd/m2, or else of the display that it was mastered on, there in 0.0001. */
function readPeak(view: DataView, properties: readonly IsoBox[]): number {
  const find = (wanted: string, length: number) =>
    properties.find(({ type, content, end }) => type === wanted && end >= content + length)?.content;
  const content = find("clli", 4);
  const display = find("mdcv", 24);
  return (
    (content !== undefined && view.getUint16(content)) ||
    (display !== undefined && view.getUint32(display + 16) / 10_000) ||
    DEFAULT_PEAK
  );
}

/**
 * Writes the description of the items anew at the end of the file and leaves free space in its old place: whatever tells where
 * pixels lie stays true.
 */
function appendProfile(bytes: Uint8Array, items: ItemProperties, profile: Buffer): Uint8Array {
  const { meta, children, iprp, ipco, properties, primary, associations } = items;
  const own = associations.get(primary) ?? [];
  if (own.length >= MAX_ASSOCIATIONS) return bytes;
  const getBytes = ({ start, end }: IsoBox) => bytes.subarray(start, end);
  const added = createBox("colr", Buffer.from("prof", "latin1"), profile);
  const index = properties.length + 1;
  const written = createBox(
    "iprp",
    createBox("ipco", bytes.subarray(ipco.content, ipco.end), added),
    createBox(
      "ipma",
      writeAssociations(new Map(associations).set(primary, [...own, { index, essential: false }])),
    ),
  );
  const renewed = createBox(
    "meta",
    bytes.subarray(meta.content, meta.content + 4),
    ...children.map((child) => (child === iprp ? written : getBytes(child))),
  );
  const copy = Buffer.concat([bytes, renewed]);
  copy.write("free", meta.start + 4, "latin1");
  closeLastBox(copy, bytes.length);
  return copy;
}

/** A box may reach to the end of the file without saying how far that is: it must not swallow what follows. */
function closeLastBox(copy: Buffer, end: number): void {
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  const last = readBoxes(view, 0, end).at(-1);
  if (last && view.getUint32(last.start) === 0) view.setUint32(last.start, last.end - last.start);
}
