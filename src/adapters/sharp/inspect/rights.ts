import type { ExifFacts, Rights } from "../../../domain/model/image-metadata.js";
import { readXmpRights } from "../xmp/read-xmp-rights.js";
import { cleanText } from "./clean-text.js";
import { readIptcRights } from "./iptc-rights.js";
import type { PngRights } from "./png-metadata.js";

/** The blocks of an original that may say whose it is. */
export interface RightsSources {
  readonly exif?: ExifFacts;
  readonly xmp?: Uint8Array;
  readonly iptc?: Uint8Array;
  readonly texts?: PngRights;
}

/** Characters of terms that are kept: they may be sentences. */
const MAX_TERMS = 1_000;

/**
 * Finds whose a picture is, and under which terms: in EXIF, then in XMP, then in IPTC, then in the texts of a PNG. Each statement is taken from the
 * first that makes it; `undefined` if nobody makes any.
 */
export function findRights({ exif, xmp, iptc, texts }: RightsSources): Rights | undefined {
  const fromXmp = xmp && readXmpRights(xmp);
  const fromIptc = iptc && readIptcRights(iptc);
  const rights = {
    creator:
      exif?.artist ??
      listNames(fromXmp?.creators) ??
      listNames(fromIptc?.creators) ??
      cleanText(texts?.creator),
    copyright:
      exif?.copyright ??
      cleanText(fromXmp?.copyright[0]) ??
      cleanText(fromIptc?.copyright[0]) ??
      cleanText(texts?.copyright),
    credit: cleanText(fromXmp?.credit[0]) ?? cleanText(fromIptc?.credit[0]),
    usageTerms: cleanText(fromXmp?.usageTerms[0], MAX_TERMS),
  };
  const known = Object.entries(rights).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function listNames(names: readonly string[] | undefined): string | undefined {
  return cleanText(names?.flatMap((name) => cleanText(name) ?? []).join("; "));
}
