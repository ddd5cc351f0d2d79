import { getFormatFacts } from "./image-format.js";
import { type Rendition, type RenditionKey, toFolder } from "./rendition.js";

/**
 * Returns the key that stands for all renditions of one spec, in their order: `<folder><spec>.avif.webp.jpg`. It names its
 * formats itself, so whoever serves it looks nothing up and never chooses a file that is not there: which formats a spec
 * is written in depends on the original and on the configuration of its day. No spec has a dot in its name, and a dot is
 * never escaped in a URL. `undefined` if there is only one rendition, or if they do not lie together.
 */
export function toNegotiatedKey(renditions: readonly Rendition[]): RenditionKey | undefined {
  const [first] = renditions;
  const folder = toFolder(first?.key ?? "");
  if (!first || renditions.length < 2 || renditions.some(({ key }) => toFolder(key) !== folder))
    return undefined;
  const extensions = renditions.map(({ format }) => getFormatFacts(format).extension);
  return `${folder}${first.name}.${extensions.join(".")}` as RenditionKey;
}
