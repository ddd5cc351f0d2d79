import { inflateSync } from "node:zlib";
import { refusalInWords } from "../../../domain/model/errors.js";

/** The largest colour profiles of printers have about 3 MB. */
const MAX_INFLATED = 4_000_000;

/**
 * Watches over what the compressed texts and profiles of one PNG come to. A chunk of some kilobytes inflates a
 * thousandfold, and the decoder keeps all of them, hundreds of megabytes that say nothing about pixels.
 */
export class InflationBudget {
  #left = MAX_INFLATED;

  /** Throws `too-large` once all that was spent is over 4 MB. Other chunks, and broken ones, cost nothing here. */
  spend(type: string, data: Uint8Array): void {
    const start = compressedAt(type, data);
    if (start === undefined) return;
    try {
      this.#left -= inflateSync(data.subarray(start), { maxOutputLength: Math.max(this.#left, 1) }).length;
    } catch (error) {
      // What does not inflate is not kept either; whether it makes the picture corrupt is the decoder's to say.
      if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") return;
      const expected = `texts and profiles of at most ${MAX_INFLATED} bytes`;
      throw refusalInWords("too-large", expected, "a PNG", "some that inflate to more", { cause: error });
    }
  }
}

/** Where the compressed part of a chunk begins; `undefined` if it has none. */
function compressedAt(type: string, data: Uint8Array): number | undefined {
  const keyword = data.indexOf(0);
  if (keyword < 0) return undefined;
  if (type === "zTXt" || type === "iCCP") return keyword + 2;
  if (type !== "iTXt" || data[keyword + 1] !== 1) return undefined;
  const language = data.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? undefined : translated + 1;
}
