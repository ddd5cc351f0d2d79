import type { ImageDescription } from "./image-record.js";

/** Whether whoever has the URL can fetch what is there; a `file:` URL would tell strangers where data lies, and nothing else. */
export function isWebAddress(url: string | undefined): url is string {
  return /^(?!file:|memory:)[a-z][a-z0-9+.-]*:/i.test(url ?? "");
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
