import { readAv1Colors } from "./av1-sequence.js";
import { readHevcColors } from "./hevc-colors.js";
import { findItemData } from "./item-location.js";
import type { ItemProperties } from "./item-properties.js";
import { findCodedItem } from "./primary-item.js";
import type { CodePoints } from "./sequence-colors.js";

/** Reads the colors that the pixels of an AVIF or a HEIC themselves carry; `undefined` for none. */
export function readPixelColors(view: DataView, items: ItemProperties): CodePoints | undefined {
  const item = findCodedItem(view);
  if (item?.type !== "av01") return readHevcColors(view, items);
  const units = findItemData(view, item.id);
  return units && readAv1Colors(units);
}
