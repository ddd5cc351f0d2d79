import type { IsoBox } from "./iso-boxes.js";
import type { ItemProperties } from "./item-properties.js";
import { findCodedItem } from "./primary-item.js";
import { type CodePoints, readSequenceColors } from "./sequence-colors.js";

/** The type of a NAL unit that is a sequence parameter set (H.265, table 7-1). */
const SEQUENCE_PARAMETERS = 33;

/** No encoder writes more, and what is read stands in the first hundred. */
const MAX_UNIT_BYTES = 1_024;

/** Reads the colors that the pixels of a HEIC themselves carry; `undefined` for none, and for other codecs. */
export function readHevcColors(view: DataView, items: ItemProperties): CodePoints | undefined {
  const item = findCodedItem(view);
  const own = (item && items.associations.get(item.id)) ?? [];
  const configuration = own
    .map(({ index }) => items.properties[index - 1])
    .find((property) => property?.type === "hvcC");
  const unit = configuration && findSequenceParameters(view, configuration);
  return unit && readSequenceColors(unit);
}

/** Finds the sequence parameter set in the configuration of the codec (ISO/IEC 14496-15, 8.3.3.1.2). */
function findSequenceParameters(view: DataView, { content, end }: IsoBox): Uint8Array | undefined {
  let at = content + 23;
  while (at + 5 <= end) {
    const type = view.getUint8(at) & 0x3f;
    const units = view.getUint16(at + 1);
    at += 3;
    for (let unit = 0; unit < units && at + 2 <= end; unit++) {
      const length = view.getUint16(at);
      const stop = Math.min(at + 2 + length, end, at + 2 + MAX_UNIT_BYTES);
      if (type === SEQUENCE_PARAMETERS && stop > at + 2)
        return new Uint8Array(view.buffer, view.byteOffset + at + 2, stop - at - 2);
      at += 2 + length;
    }
  }
  return undefined;
}
