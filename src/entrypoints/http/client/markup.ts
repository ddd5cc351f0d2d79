import type { ImageDescription, RenditionDescription } from "../../../domain/model/image-record.js";
import { placeholderDataUrl } from "./placeholder.js";

/** Options of {@link picture}. */
export interface PictureOptions {
  /** The width at which the picture is shown, as `sizes` of HTML has it, such as `(min-width: 60rem) 50vw, 100vw`. Default: `100vw`. */
  readonly sizes?: string;
  /** The alternative text; empty for decoration. Default: that of the image, or else none. */
  readonly alt?: string;
  /** The names of the specs to choose from, of one shape. Default: all that have the image's own proportions, or else the largest. */
  readonly specs?: readonly string[];
}

/** The parts of an image that its markup is made from. */
export type ShownImage = Pick<ImageDescription, "renditions" | "alt" | "placeholder" | "source">;

/** The formats that browsers show, the smallest files first; an `img` has the last one that there is. */
const BY_PREFERENCE: readonly string[] = ["avif", "webp", "gif", "png", "jpeg"];

/**
 * Returns the `picture` element of an image, as HTML: a `source` for each format, the best first, with all widths, and
 * an `img` in the format that every browser shows, with its size and its placeholder as background. Throws a
 * `TypeError` if no rendition has a URL.
 */
export function picture(image: ShownImage, options: PictureOptions = {}): string {
  const chosen = chooseRenditions(image, options.specs);
  const formats = BY_PREFERENCE.filter((format) => chosen.some((one) => one.format === format));
  const fallback = formats.at(-1);
  const largest = chosen.filter(({ format }) => format === fallback).at(-1);
  if (largest === undefined) throw new TypeError("the image has no rendition with a URL");
  const { sizes = "100vw", alt = image.alt ?? "" } = options;
  const sources = formats.slice(0, -1).map((format) => {
    const srcset = formatSrcset(chosen.filter((one) => one.format === format));
    return `<source${formatAttributes({ type: `image/${format}`, srcset, sizes })}>`;
  });
  const img = formatAttributes({
    src: largest.url,
    srcset: formatSrcset(chosen.filter(({ format }) => format === fallback)),
    sizes,
    width: String(largest.width),
    height: String(largest.height),
    alt,
    ...(image.placeholder &&
      !image.source?.hasAlpha && {
        style: `background: ${image.placeholder.dominantColor} url(${placeholderDataUrl(image)}) center / cover`,
      }),
  });
  return `<picture>${sources.join("")}<img${img}></picture>`;
}

/** Returns the `srcset` of an image in one format, narrowest first. Default: the format that every browser shows. */
export function srcset(
  image: ShownImage,
  { format, specs }: { readonly format?: string; readonly specs?: readonly string[] } = {},
): string {
  const chosen = chooseRenditions(image, specs);
  const wanted = format ?? BY_PREFERENCE.findLast((one) => chosen.some((other) => other.format === one));
  return formatSrcset(chosen.filter((one) => one.format === wanted));
}

type Linked = RenditionDescription & { readonly url: string };

/** The renditions to choose from, narrowest first. A browser may take any of them for another, so they must show the same. */
function chooseRenditions(image: ShownImage, specs: readonly string[] | undefined): readonly Linked[] {
  const linked = image.renditions
    .filter((one): one is Linked => one.url !== undefined && BY_PREFERENCE.includes(one.format))
    .filter(({ name }) => specs?.includes(name) ?? true)
    .sort((a, b) => a.width - b.width);
  if (specs) return linked;
  // The size of the source is that of the upright picture, whatever its orientation.
  const { width, height } = image.source ?? linked.at(-1) ?? { width: 1, height: 1 };
  // A copy has all metadata of the original, which was hardly meant for every page.
  const whole = linked.filter(
    (one) => one.bytes !== image.source?.bytes && hasProportions(one, width / height),
  );
  return whole.length > 0 ? whole : linked.filter(({ name }) => name === linked.at(-1)?.name);
}

/** Sides are whole pixels: each may be off by one. */
function hasProportions({ width, height }: RenditionDescription, ratio: number): boolean {
  return Math.abs(width - height * ratio) <= Math.max(1, ratio);
}

/** A URL in it may hold no space and not end in a comma; URLs of renditions are percent-encoded. */
function formatSrcset(renditions: readonly Linked[]): string {
  const byWidth = new Map(renditions.map(({ url, width }) => [width, `${url} ${width}w`]));
  return [...byWidth.values()].join(", ");
}

function formatAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join("");
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
