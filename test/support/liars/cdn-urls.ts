import { SafelightError } from "../../../src/domain/model/errors.js";
import { listVariants } from "../../../src/domain/model/variants.js";
import type { CdnUrls } from "../../../src/ports/cdn-urls.js";
import type { CdnUrlsHarness } from "../../../src/ports/contracts/index.js";
import { type Liar, replaceMethods } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: CdnUrls) => Partial<CdnUrls>,
): Liar<CdnUrlsHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, urls: replaceMethods(honest.urls, spoil(honest.urls)) }),
  };
}

const NEGOTIATING =
  "getUrl, where the CDN negotiates, names all formats of a key that stands for several, their order and their dots as they are";

const isNegotiated = (key: string) => listVariants(key).length > 0;

/** Broken URLs. */
export const cdnUrlsLiars: readonly Liar<CdnUrlsHarness>[] = [
  createLiar("getUrl resolves to the absolute URL of a rendition", "gives the path alone", (honest) => ({
    getUrl: async (key) => new URL(await honest.getUrl(key)).pathname,
  })),
  createLiar("getUrl resolves to the absolute URL of a rendition", "loses a slash of its base", (honest) => ({
    getUrl: async (key) => (await honest.getUrl(key)).replace("//", "/"),
  })),
  createLiar(
    "the key is percent-encoded, so that the URL is valid for any key",
    "takes the key for a piece of URL",
    () => ({
      getUrl: async (key) => encodeURI(`https://cdn.example/${key}`),
    }),
  ),
  createLiar(NEGOTIATING, "escapes the dots between the formats", (honest) => ({
    getUrl: async (key) => {
      const url = await honest.getUrl(key);
      return isNegotiated(key) ? url.replace(/\.(?=\w+(?:\.\w+)*$)/g, "%2E") : url;
    },
  })),
  createLiar(NEGOTIATING, "names the first format alone", (honest) => ({
    getUrl: async (key) => {
      const url = await honest.getUrl(key);
      return isNegotiated(key) ? url.replace(/(\.[a-z]+)(?:\.[a-z]+)+$/, "$1") : url;
    },
  })),
  createLiar(NEGOTIATING, "puts what stands for several files elsewhere", (honest) => ({
    getUrl: async (key) => {
      const url = new URL(await honest.getUrl(key));
      return isNegotiated(key) ? new URL(`/negotiated${url.pathname}`, url).href : url.href;
    },
  })),
  createLiar(
    "invalidate makes the CDN ask its origin again for these keys",
    "invalidates only the first",
    (honest) => ({
      invalidate: (keys) => honest.invalidate(keys.slice(0, 1)),
    }),
  ),
  createLiar(
    "an invalidated key that ends in * stands for all that start with what is before it",
    "looks for a rendition that is called *",
    (honest) => ({ invalidate: (keys) => honest.invalidate(keys.filter((key) => !key.endsWith("*"))) }),
  ),
  createLiar(
    "invalidating keys that the CDN never held is success, and so is asking again",
    "insists that each request is a new one",
    (honest) => {
      const asked = new Set<string>();
      return {
        invalidate: async (keys) => {
          if (asked.has(keys.join())) throw new SafelightError("conflict", "the request was sent before");
          asked.add(keys.join());
          await honest.invalidate(keys);
        },
      };
    },
  ),
];
