import { findBox, type IsoBox, readBoxes } from "./iso-boxes.js";
import { readPrimaryItem } from "./primary-item.js";

/** A property of an item, by its place in the list of all properties, from 1. */
export interface Association {
  readonly index: number;
  /** Whether a reader that does not know the property must leave the item alone. */
  readonly essential: boolean;
}

/** The picture of an AVIF or a HEIC, and the properties of all its items (ISO/IEC 23008-12, 9.3 and ISO/IEC 14496-12, 8.11). */
export interface ItemProperties {
  readonly meta: IsoBox;
  /** Boxes in `meta`. */
  readonly children: readonly IsoBox[];
  readonly iprp: IsoBox;
  readonly ipco: IsoBox;
  /** The properties, in the order that associations count them. */
  readonly properties: readonly IsoBox[];
  readonly primary: number;
  readonly associations: ReadonlyMap<number, readonly Association[]>;
}

/** Reads the properties of a picture; `undefined` for a file that has none or breaks off. */
export function readItemProperties(view: DataView): ItemProperties | undefined {
  const meta = findBox(readBoxes(view, 0, view.byteLength), "meta");
  if (!meta) return undefined;
  const children = readBoxes(view, meta.content + 4, meta.end);
  const primary = readPrimaryItem(view, children);
  const iprp = findBox(children, "iprp");
  const inside = iprp ? readBoxes(view, iprp.content, iprp.end) : [];
  const ipco = findBox(inside, "ipco");
  if (primary === undefined || !iprp || !ipco) return undefined;
  const associations = new Map<number, Association[]>();
  for (const box of inside.filter(({ type }) => type === "ipma"))
    for (const [item, list] of readAssociations(view, box)) {
      const known = associations.get(item);
      if (known) known.push(...list);
      else associations.set(item, list);
    }
  const properties = readBoxes(view, ipco.content, ipco.end);
  return { meta, children, iprp, ipco, properties, primary, associations };
}

/** Reads an `ipma` box: for each item a list of properties of 7 or 15 bits (ISO/IEC 23008-12, 9.3.2). */
function* readAssociations(view: DataView, box: IsoBox): Generator<[number, Association[]]> {
  if (box.end < box.content + 8) return;
  const idBytes = view.getUint8(box.content) === 0 ? 2 : 4;
  const indexBytes = view.getUint8(box.content + 3) & 1 ? 2 : 1;
  let at = box.content + 8;
  for (let left = view.getUint32(box.content + 4); left > 0 && at + idBytes < box.end; left--) {
    const item = idBytes === 2 ? view.getUint16(at) : view.getUint32(at);
    const count = view.getUint8(at + idBytes);
    at += idBytes + 1;
    if (at + count * indexBytes > box.end) return;
    const list = Array.from({ length: count }, (_, place) => {
      const value =
        indexBytes === 2 ? view.getUint16(at + place * 2) : convertIndex(view.getUint8(at + place));
      return { essential: value >= 0x8000, index: value & 0x7fff };
    });
    at += count * indexBytes;
    yield [item, list];
  }
}

/** The same in 16 bits. */
function convertIndex(value: number): number {
  return ((value & 0x80) << 8) | (value & 0x7f);
}

/** Writes an `ipma` box with wide numbers. */
export function writeAssociations(associations: ReadonlyMap<number, readonly Association[]>): Buffer {
  const head = Buffer.from([1, 0, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(associations.size, 4);
  const lists = [...associations].map(([item, list]) => {
    const entry = Buffer.alloc(5 + list.length * 2);
    entry.writeUInt32BE(item, 0);
    entry[4] = list.length;
    for (const [place, { essential, index }] of list.entries())
      entry.writeUInt16BE((essential ? 0x8000 : 0) | index, 5 + place * 2);
    return entry;
  });
  return Buffer.concat([head, ...lists]);
}

/** The properties of the picture itself, as boxes. */
export function listOwnProperties({ properties, primary, associations }: ItemProperties): readonly IsoBox[] {
  return (associations.get(primary) ?? []).flatMap(({ index }) => properties[index - 1] ?? []);
}
