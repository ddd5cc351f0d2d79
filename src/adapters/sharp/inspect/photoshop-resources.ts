/** One resource of a Photoshop block, with its header. */
export interface PhotoshopResource {
  readonly id: number;
  readonly data: Uint8Array;
  /** Its place in the block. */
  readonly start: number;
  readonly end: number;
}

/** Ids of resources (Adobe Photoshop file formats). */
export const RESOURCE = { thumbnail4: 1033, thumbnail: 1036, iptc: 1028 } as const;

/** The name that a block has in a JPEG. */
export const PHOTOSHOP_NAME = "Photoshop 3.0\0";

/** More resources are nobody's. */
const MAX_RESOURCES = 1_000;

/** Lists the resources of a Photoshop block, with or without the name that it has in a JPEG, up to the first broken one. */
export function listPhotoshopResources(block: Uint8Array): readonly PhotoshopResource[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const resources: PhotoshopResource[] = [];
  let at = readLatin1(block, 0, PHOTOSHOP_NAME.length) === PHOTOSHOP_NAME ? PHOTOSHOP_NAME.length : 0;
  while (at + 12 <= block.length && resources.length < MAX_RESOURCES) {
    if (readLatin1(block, at, 4) !== "8BIM") break;
    // The name and the data are padded to even lengths.
    const nameLength = block[at + 6] ?? 0;
    const sizeAt = at + 6 + ((nameLength + 2) & ~1);
    if (sizeAt + 4 > block.length) break;
    const size = view.getUint32(sizeAt);
    const start = sizeAt + 4;
    if (start + size > block.length) break;
    const end = Math.min(start + size + (size % 2), block.length);
    resources.push({ id: view.getUint16(at + 4), data: block.subarray(start, start + size), start: at, end });
    at = end;
  }
  return resources;
}

function readLatin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
