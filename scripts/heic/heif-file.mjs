/*
 * Takes HEIF files apart into items and writes items into a file again (ISO/IEC 14496-12 and 23008-12), as far as files of
 * heif-enc and of cameras need it.
 */

/** Lists the boxes between two offsets. */
function* listBoxes(bytes, from, to) {
  for (let start = from; start + 8 <= to; ) {
    const end = start + bytes.readUInt32BE(start);
    yield { type: bytes.toString("latin1", start + 4, start + 8), content: bytes.subarray(start + 8, end) };
    start = end;
  }
}

function findBox(bytes, type, from = 0) {
  for (const box of listBoxes(bytes, from, bytes.length)) if (box.type === type) return box.content;
  throw new Error(`expected a box ${type} but received none`);
}

/**
 * Reads the items of a file: `{ primary, items }`, each item with `id`, `type`, `hidden`, `data`, `properties` and
 * `references`.
 */
export function readHeif(bytes) {
  const meta = findBox(bytes, "meta").subarray(4);
  const iprp = findBox(meta, "iprp");
  const properties = [...listBoxes(findBox(iprp, "ipco"), 0, findBox(iprp, "ipco").length)];
  const items = new Map();
  for (const { type, content } of listBoxes(findBox(meta, "iinf"), 6, findBox(meta, "iinf").length))
    if (type === "infe") {
      const id = content.readUInt16BE(4);
      const what = { type: content.toString("latin1", 8, 12), hidden: content[3] === 1 };
      items.set(id, { id, ...what, properties: [], references: [] });
    }
  readData(bytes, meta, items);
  const ipma = findBox(iprp, "ipma");
  for (let at = 8, left = ipma.readUInt32BE(4); left > 0; left--) {
    const item = items.get(ipma.readUInt16BE(at));
    const count = ipma[at + 2];
    for (const value of ipma.subarray(at + 3, at + 3 + count))
      item.properties.push({ ...properties[(value & 0x7f) - 1], essential: value > 0x7f });
    at += 3 + count;
  }
  if ([...listBoxes(meta, 0, meta.length)].some(({ type }) => type === "iref"))
    for (const { type, content } of listBoxes(findBox(meta, "iref"), 4, findBox(meta, "iref").length)) {
      const to = Array.from({ length: content.readUInt16BE(2) }, (_, index) =>
        content.readUInt16BE(4 + index * 2),
      );
      items.get(content.readUInt16BE(0)).references.push({ type, to });
    }
  return { primary: findBox(meta, "pitm").readUInt16BE(4), items: [...items.values()] };
}

/** Reads where the data of the items lie, in versions 0 and 1 with offsets of 4 bytes, and puts them into the items. */
function readData(bytes, meta, items) {
  const iloc = findBox(meta, "iloc");
  const [version] = iloc;
  const baseBytes = iloc[5] >> 4;
  if (version > 1 || iloc[4] !== 0x44) throw new Error("expected another form of iloc");
  for (let at = 8, left = iloc.readUInt16BE(6); left > 0; left--) {
    const item = items.get(iloc.readUInt16BE(at));
    const isInMeta = version === 1 && iloc.readUInt16BE(at + 2) === 1;
    if (version === 1) at += 2;
    const base = baseBytes > 0 ? iloc.readUIntBE(at + 4, baseBytes) : 0;
    at += 4 + baseBytes;
    const extents = iloc.readUInt16BE(at);
    const from = isInMeta ? findBox(meta, "idat") : bytes;
    const parts = Array.from({ length: extents }, (_, index) => {
      const start = base + iloc.readUInt32BE(at + 2 + index * 8);
      return from.subarray(start, start + iloc.readUInt32BE(at + 6 + index * 8));
    });
    item.data = Buffer.concat(parts);
    at += 2 + extents * 8;
  }
}

/** Creates a box. */
export function createBox(type, ...content) {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

/** Numbers in big-endian bytes: `numbers([value, bytes], ...)`. */
export function toBytes(...values) {
  return Buffer.concat(
    values.map(([value, length]) => {
      const bytes = Buffer.alloc(length);
      bytes.writeUIntBE(value, 0, length);
      return bytes;
    }),
  );
}

/** Writes items into a file. `hidden` items are not shown by themselves. */
export function writeHeif({ primary, items, brands = ["mif1", "heic"] }) {
  const ftyp = createBox("ftyp", Buffer.from(`heic\0\0\0\0${brands.join("")}`, "latin1"));
  const createMeta = (start) =>
    createBox("meta", Buffer.alloc(4), ...listMetaBoxes({ primary, items, start }));
  const start = ftyp.length + createMeta(0).length + 8;
  return Buffer.concat([ftyp, createMeta(start), createBox("mdat", ...items.map(({ data }) => data))]);
}

function listMetaBoxes({ primary, items, start }) {
  const hdlr = Buffer.alloc(25);
  hdlr.write("pict", 8, "latin1");
  const infes = items.map(({ id, type, hidden }) =>
    createBox(
      "infe",
      toBytes([2, 1], [hidden ? 1 : 0, 3], [id, 2], [0, 2]),
      Buffer.from(`${type}\0`, "latin1"),
    ),
  );
  let at = start;
  const locations = items.map(({ id, data }) => {
    at += data.length;
    return toBytes([id, 2], [0, 2], [1, 2], [at - data.length, 4], [data.length, 4]);
  });
  const references = items.flatMap(({ id, references: list = [] }) =>
    list.map(({ type, to }) =>
      createBox(type, toBytes([id, 2], [to.length, 2], ...to.map((one) => [one, 2]))),
    ),
  );
  return [
    createBox("hdlr", hdlr),
    createBox("pitm", toBytes([0, 4], [primary, 2])),
    createBox("iloc", toBytes([0, 4], [0x44, 1], [0, 1], [items.length, 2]), ...locations),
    createBox("iinf", toBytes([0, 4], [items.length, 2]), ...infes),
    ...(references.length > 0 ? [createBox("iref", Buffer.alloc(4), ...references)] : []),
    createBox("iprp", ...listPropertyBoxes(items)),
  ];
}

/** Equal properties are written once. */
function listPropertyBoxes(items) {
  const boxes = new Map();
  const associations = items
    .filter(({ properties = [] }) => properties.length > 0)
    .map(({ id, properties }) => {
      const indexes = properties.map(({ type, content, essential }) => {
        const box = createBox(type, content);
        const key = box.toString("latin1");
        if (!boxes.has(key)) boxes.set(key, { box, index: boxes.size + 1 });
        return boxes.get(key).index | (essential ? 0x80 : 0);
      });
      return toBytes([id, 2], [indexes.length, 1], ...indexes.map((index) => [index, 1]));
    });
  return [
    createBox("ipco", ...[...boxes.values()].map(({ box }) => box)),
    createBox("ipma", toBytes([0, 4], [associations.length, 4]), ...associations),
  ];
}
