/** An XMP packet of one description; `dc`, `photoshop`, `xmpRights` and `rdf` are known in it. */
export function buildXmp(body: string, attributes = ""): string {
  const spaces = [
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"',
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"',
    'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"',
  ].join(" ");
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${spaces}><rdf:Description rdf:about="" ${attributes}>${body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

/** A GIF with an XMP packet in front of its first frame. */
export function insertGifXmp(gif: Uint8Array, xmp: string): Buffer {
  const flags = gif[10] ?? 0;
  const start = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const landing = Buffer.from([1, ...Array.from({ length: 256 }, (_, index) => 255 - index), 0]);
  const head = Buffer.from("\x21\xff\x0bXMP DataXMP", "latin1");
  return Buffer.concat([gif.subarray(0, start), head, Buffer.from(xmp), landing, gif.subarray(start)]);
}

/** Datasets of IPTC. */
export function buildIptc(
  datasets: readonly (readonly [record: number, number: number, value: string | Uint8Array])[],
): Buffer {
  return Buffer.concat(
    datasets.flatMap(([record, number, value]) => {
      const bytes = Buffer.from(value);
      return [Buffer.from([0x1c, record, number, bytes.length >> 8, bytes.length & 0xff]), bytes];
    }),
  );
}

/** A Photoshop block as a JPEG holds it. */
export function buildPhotoshop(resources: readonly (readonly [id: number, data: Uint8Array])[]): Buffer {
  const parts = resources.flatMap(([id, data]) => {
    const head = Buffer.from("8BIM\0\0\0\0\0\0\0\0", "latin1");
    head.writeUInt16BE(id, 4);
    head.writeUInt32BE(data.length, 8);
    return [head, Buffer.from(data), Buffer.alloc(data.length % 2)];
  });
  return Buffer.concat([Buffer.from("Photoshop 3.0\0", "latin1"), ...parts]);
}
