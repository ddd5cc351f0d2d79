import type { Branded } from "./brand.js";
import { getFormatFacts, type ImageFormat } from "./image-format.js";

/** Where a rendition lies in the store of renditions. */
export type RenditionKey = Branded<"RenditionKey">;

/** All renditions whose keys begin with what is before the `*`. */
export type RenditionPattern = `${string}*`;

/** The name of a rendition's file. It tells the files of one image apart, because a spec may be written in several formats, and ends their keys. */
export function toRenditionFileName({
  name,
  format,
}: {
  readonly name: string;
  readonly format: ImageFormat;
}): string {
  return `${name}.${getFormatFacts(format).extension}`;
}

/** The folder of a rendition's file, with its slash at the end. */
export function toFolder(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** One produced image, as the record names it. `width` and `height` are pixels of one frame. */
export interface Rendition {
  /** The name of the spec that it was made from. */
  readonly name: string;
  readonly key: RenditionKey;
  /** Digest of all that it was made from, see `deriveRecipe`: an equal one need not be made again. */
  readonly recipe: string;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly watermarked: boolean;
  /** Frames of an animated rendition; absent for a still one. */
  readonly frames?: number;
  /** True if the original is animated and this rendition shows only its first frame. */
  readonly flattened?: true;
}
