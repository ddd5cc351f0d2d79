import type { ImageFormat } from "../../../domain/model/image-format.js";
import { describePngDamage } from "./png-damage.js";
import { describeTiffDamage } from "./tiff-damage.js";
import { describeWebpDamage } from "./webp-damage.js";

/**
 * Tells what is wrong with an original that a decoder refused, in the words of its format, such as the chunk or the tag at
 * fault: some decoders only say that something is. `undefined` where their own words have to do.
 */
export function describeDamage(bytes: Uint8Array, format: ImageFormat): string | undefined {
  switch (format) {
    case "png":
      return describePngDamage(bytes);
    case "tiff":
      return describeTiffDamage(bytes);
    case "webp":
      return describeWebpDamage(bytes);
    default:
      return undefined;
  }
}
