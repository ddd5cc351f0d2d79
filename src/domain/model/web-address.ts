import type { ImageDescription } from "./image-record.js";

/**
 * Whether others can fetch what is at a URL: it names a host that is none of a store's own. A `file:` URL would tell
 * strangers where data lies, and a `javascript:` or `data:` URL would do something else than fetch.
 */
export function isWebAddress(url: string | undefined): url is string {
  return /^(?!file:|memory:)[a-z][a-z0-9+.-]*:\/\/[^\s/?#]/i.test(url ?? "");
}

/** Picks the URLs of an image that are web addresses; what has another one goes without. */
export function pickWebAddresses({ renditions, urls }: Pick<ImageDescription, "renditions" | "urls">) {
  return {
    renditions: renditions.map(({ url, ...rendition }) => ({
      ...rendition,
      ...(isWebAddress(url) && { url }),
    })),
    urls: Object.fromEntries(Object.entries(urls).filter(([, url]) => isWebAddress(url))),
  };
}
