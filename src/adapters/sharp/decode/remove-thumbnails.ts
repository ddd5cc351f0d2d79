import { crc32 } from "node:zlib";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import { listPhotoshopResources, RESOURCE } from "../inspect/photoshop-resources.js";
import { countEntries, openTiff } from "../inspect/tiff-structure.js";
import { MARKER, walkJpegSegments } from "../normalize/jpeg-segments.js";

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

/** Photoshop has its own thumbnails, beside IPTC. */
function removeResources(jpeg: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { marker, start, end } of walkJpegSegments(jpeg)) {
    if (marker !== MARKER.app13) continue;
    const body = jpeg.subarray(start + 4, end);
    const removed = listPhotoshopResources(body).filter(({ id }) => THUMBNAILS.has(id));
    if (removed.length === 0) continue;
    const kept: Uint8Array[] = [];
    let from = 0;
    for (const resource of removed) {
      kept.push(body.subarray(from, resource.start));
      from = resource.end;
    }
    const data = Buffer.concat([...kept, body.subarray(from)]);
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    parts.push(jpeg.subarray(at, start), head, data);
    at = end;
  }
  return parts.length === 0 ? jpeg : Buffer.concat([...parts, jpeg.subarray(at)]);
}
