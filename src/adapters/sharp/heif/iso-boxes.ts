/** A box of the ISO base media file format (ISO/IEC 14496-12, 4.2). */
export interface IsoBox {
  readonly type: string;
  readonly start: number;
  /** The offset behind its size and type. */
  readonly content: number;
  readonly end: number;
}

/** As many properties as an item can name. A file of empty boxes alone would take up many times its size. */
const MAX_BOXES = 32_767;

/** Reads the boxes between two offsets, up to the first that does not fit there, at most 32,767. */
export function readBoxes(view: DataView, from: number, to: number): readonly IsoBox[] {
  const boxes: IsoBox[] = [];
  for (let start = from; start + 8 <= to && boxes.length < MAX_BOXES; ) {
    const box = readBox(view, start, to);
    if (!box) break;
    boxes.push(box);
    start = box.end;
  }
  return boxes;
}

/** Finds the first box of a type. */
export function findBox(boxes: readonly IsoBox[], wanted: string): IsoBox | undefined {
  return boxes.find(({ type }) => type === wanted);
}

function readBox(view: DataView, start: number, to: number): IsoBox | undefined {
  const size = view.getUint32(start);
  const type = readType(view, start + 4);
  // Size 1 is followed by one of 64 bits; size 0 means the rest.
  const isLarge = size === 1 && start + 16 <= to;
  const content = start + (isLarge ? 16 : 8);
  const length = isLarge ? Number(view.getBigUint64(start + 8)) : size === 0 ? to - start : size;
  const end = start + length;
  return end >= content && end <= to ? { type, start, content, end } : undefined;
}

/** Reads four letters. */
export function readType(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}

/** Creates a box. */
export function createBox(type: string, ...content: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(8);
  const box = Buffer.concat([head, ...content]);
  box.writeUInt32BE(box.length, 0);
  box.write(type, 4, "latin1");
  return box;
}
