import { crc32 } from "node:zlib";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import { findPhotoshopSegments, readPhotoshopBlock } from "../inspect/photoshop-blocks.js";
import {
  listPhotoshopResources,
  PHOTOSHOP_NAME,
  type PhotoshopResource,
  RESOURCE,
} from "../inspect/photoshop-resources.js";
import { countEntries, openTiff } from "../inspect/tiff-structure.js";
import { MARKER } from "../normalize/jpeg-segments.js";

const THUMBNAILS: ReadonlySet<number> = new Set([RESOURCE.thumbnail, RESOURCE.thumbnail4]);

/**
 * Returns an original without the thumbnails that its metadata holds, for outputs that keep its metadata: they show what
 * is cropped away, turned or covered by a watermark. `exif` is its EXIF block, as a decoder reports it.
 */
export function removeThumbnails(
  bytes: Uint8Array,
  format: ImageFormat,
  exif: Uint8Array | undefined,
): Uint8Array {
  const unlinked = exif ? dropSecondDirectory(bytes, format, exif) : bytes;
  return format === "jpeg" ? removeResources(unlinked) : unlinked;
}

/** The second directory of an EXIF block is that of its thumbnail: without a pointer to it, libvips writes neither. */
function dropSecondDirectory(bytes: Uint8Array, format: ImageFormat, exif: Uint8Array): Uint8Array {
  const structure = openTiff(exif);
  const count = structure && countEntries(structure);
  if (!structure || count === undefined) return bytes;
  const { view, layout, offset } = structure;
  const pointer = offset + layout.entryCountBytes + count * layout.entryBytes;
  if (pointer + layout.offsetBytes > view.byteLength) return bytes;
  if (layout.readOffset(view, pointer, layout.little) === 0) return bytes;
  const block = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(block);
  if (at < 0) return bytes;
  copy.fill(0, at + pointer, at + pointer + layout.offsetBytes);
  if (format === "png") sealPngChunk(copy, at, block.length);
  return copy;
}

/** Computes the checksum of a chunk anew. */
function sealPngChunk(png: Buffer, dataAt: number, length: number): void {
  png.writeUInt32BE(crc32(png.subarray(dataAt - 4, dataAt + length)), dataAt + length);
}

/** The most bytes of a segment's data. */
const MAX_SEGMENT_DATA = 65_533;

/**
 * Photoshop has its own thumbnails, beside IPTC. What is left of its blocks goes into the first one, because libvips reads no
 * other; where that is too much, IPTC alone.
 */
function removeResources(jpeg: Uint8Array): Uint8Array {
  const segments = findPhotoshopSegments(jpeg);
  const block = readPhotoshopBlock(jpeg, segments);
  const resources = block ? listPhotoshopResources(block) : [];
  const kept = resources.filter(({ id }) => !THUMBNAILS.has(id));
  if (!block || (segments.length === 1 && kept.length === resources.length)) return jpeg;
  const iptc = kept.filter(({ id }) => id === RESOURCE.iptc);
  const written = [kept, iptc].find(isWithinSegment) ?? [];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end } of segments) {
    parts.push(jpeg.subarray(at, start));
    if (at === 0 && written.length > 0) parts.push(createSegment(block, written));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

function isWithinSegment(resources: readonly PhotoshopResource[]): boolean {
  const size = resources.reduce((sum, { start, end }) => sum + end - start, PHOTOSHOP_NAME.length);
  return size <= MAX_SEGMENT_DATA;
}

function createSegment(block: Uint8Array, resources: readonly PhotoshopResource[]): Uint8Array {
  const data = Buffer.concat([
    Buffer.from(PHOTOSHOP_NAME, "latin1"),
    ...resources.map(({ start, end }) => block.subarray(start, end)),
  ]);
  const head = Buffer.from([0xff, MARKER.app13, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}
