import { findBox, type IsoBox, readBoxes, readType } from "./iso-boxes.js";

/** Types of items that are made of other items: the pictures of the first are of the codec of all. */
const DERIVED_TYPES: ReadonlySet<string> = new Set(["grid", "iden", "iovl"]);

/** More steps from item to item are a circle, or lead nowhere. */
const MAX_STEPS = 4;

/** An item of a HEIF (ISO/IEC 23008-12, 6). */
export interface Item {
  readonly id: number;
  /** Such as `hvc1` or `av01`. */
  readonly type: string;
}

/**
 * Finds the item that holds pixels of the picture of a HEIF, the first if they are several; `undefined` for a file that has
 * none or breaks off.
 */
export function findCodedItem(view: DataView): Item | undefined {
  const meta = findBox(readBoxes(view, 0, view.byteLength), "meta");
  if (!meta) return undefined;
  const boxes = readBoxes(view, meta.content + 4, meta.end);
  const types = readItemTypes(view, findBox(boxes, "iinf"));
  let id = readPrimaryItem(view, boxes);
  for (let step = 0; step < MAX_STEPS && id !== undefined; step++) {
    const type = types.get(id);
    if (type === undefined) return undefined;
    if (!DERIVED_TYPES.has(type)) return { id, type };
    id = readFirstInput(view, findBox(boxes, "iref"), id);
  }
  return undefined;
}

/** Reads the number of the item that holds the picture from the `pitm` box among these (ISO/IEC 14496-12, 8.11.4). */
export function readPrimaryItem(view: DataView, boxes: readonly IsoBox[]): number | undefined {
  const box = findBox(boxes, "pitm");
  if (!box || box.end < box.content + 6) return undefined;
  if (view.getUint8(box.content) === 0) return view.getUint16(box.content + 4);
  return box.end < box.content + 8 ? undefined : view.getUint32(box.content + 4);
}

/** Reads the `infe` boxes of an `iinf` box, from version 2 on (ISO/IEC 14496-12, 8.11.6). */
function readItemTypes(view: DataView, box: IsoBox | undefined): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  if (!box || box.end < box.content + 6) return types;
  const start = box.content + (view.getUint8(box.content) === 0 ? 6 : 8);
  for (const { type, content, end } of readBoxes(view, start, box.end)) {
    if (type !== "infe" || end < content + 12) continue;
    const version = view.getUint8(content);
    if (version === 2) types.set(view.getUint16(content + 4), readType(view, content + 8));
    if (version === 3 && end >= content + 14)
      types.set(view.getUint32(content + 4), readType(view, content + 10));
  }
  return types;
}

/** Reads the first item that another one is made of, from the `iref` box (ISO/IEC 14496-12, 8.11.12). */
function readFirstInput(view: DataView, box: IsoBox | undefined, item: number): number | undefined {
  if (!box || box.end < box.content + 4) return undefined;
  const isWide = view.getUint8(box.content) > 0;
  const idBytes = isWide ? 4 : 2;
  const readId = (at: number) => (isWide ? view.getUint32(at) : view.getUint16(at));
  const inputs = readBoxes(view, box.content + 4, box.end).find(
    ({ type, content, end }) =>
      type === "dimg" && end >= content + 2 * idBytes + 2 && readId(content) === item,
  );
  return inputs && readId(inputs.content + idBytes + 2);
}
