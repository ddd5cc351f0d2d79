import assert from "node:assert/strict";
import { deriveImageId } from "../../domain/model/image-id.js";
import type { RenditionKey } from "../../domain/model/rendition.js";
import { renditionKey } from "../../domain/model/storage-layout.js";
import type { CdnUrls } from "../cdn-urls.js";
import { decorate } from "../checked/decorate.js";
import { guardCdnUrls } from "../checked/index.js";
import { AWKWARD_KEYS } from "./awkward-keys.js";
import { createCapabilityLaw } from "./capability.js";
import { type Closable, type Contract, prepareLaws } from "./contract.js";
import { assertSame, requireHook } from "./expectations.js";
import { createVersion } from "./metadata-repository/records.js";

/** The harness for the laws of CDN URLs. An optional part that is left out breaks its law: declare the gap. */
export interface CdnUrlsHarness extends Closable {
  readonly urls: CdnUrls;
  /**
   * Resolves to whether the CDN would ask its origin for this key once it has done what it was asked to, all keys having
   * been cached at the start.
   */
  isInvalidated?(renditionKey: string): Promise<boolean>;
}

const NEGOTIATED = renditionKey(
  deriveImageId("k"),
  createVersion(1),
  "fingerprint",
  "thumb",
  "avif.webp.jpg",
);
const KEY = renditionKey(deriveImageId("k"), createVersion(1), "fingerprint", "thumb", "jpg");

/**
 * Keys that a URL can name at all. A segment `.` or `..` is none: every URL parser resolves it away, its escaped
 * form included.
 */
const NAMEABLE = [KEY, ...AWKWARD_KEYS]
  .filter((key) => !key.split("/").some((segment) => /^\.\.?$/.test(segment)))
  .map((key) => key as RenditionKey);

/** Everything that `CdnUrls` promises. */
export const cdnUrlsContract: Contract<CdnUrlsHarness> = {
  name: "CdnUrls",
  laws: prepareLaws(guardAdapter, [
    createCapabilityLaw({
      name: "one URL stands for all formats of a spec",
      consequence: "a page names the URL of each format itself",
      isThere: ({ urls }) => urls.negotiates === true,
    }),
    {
      name: "getUrl resolves to the absolute URL of a rendition",
      check: async ({ urls }) => {
        const url = await urls.getUrl(KEY);
        assert.ok(URL.canParse(url), `expected an absolute URL but received ${url}`);
        const { href, pathname } = new URL(url);
        // Parsers put right what a page or a cache would take for another address.
        assertSame(href, url, "the URL as its parser writes it");
        assert.ok(
          pathname.endsWith(`/${KEY}`),
          `expected a path that ends in /${KEY} but received ${pathname}`,
        );
      },
    },
    {
      name: "the key is percent-encoded, so that the URL is valid for any key",
      check: async ({ urls }) => {
        for (const key of NAMEABLE) {
          const url = await urls.getUrl(key);
          assert.match(
            url,
            /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/,
            `expected a URL's characters for ${JSON.stringify(key)}`,
          );
          const path = decodeURIComponent(new URL(url).pathname);
          assert.ok(
            path.endsWith(key),
            `expected a path that names ${JSON.stringify(key)} but received ${JSON.stringify(path)}`,
          );
        }
        const all = await Promise.all(NAMEABLE.map((key) => urls.getUrl(key)));
        assertSame(new Set(all).size, NAMEABLE.length, "the number of different URLs");
      },
    },
    {
      name: "getUrl, where the CDN negotiates, names all formats of a key that stands for several, their order and their dots as they are",
      check: async ({ urls }) => {
        if (urls.negotiates !== true) return;
        const { href, pathname } = new URL(await urls.getUrl(NEGOTIATED));
        // Whoever answers reads the formats out of the path, before anything in it is decoded.
        assert.ok(
          pathname.endsWith(`/${NEGOTIATED}`),
          `expected a path that ends in /${NEGOTIATED} but received ${pathname}`,
        );
        const { pathname: ofFile } = new URL(await urls.getUrl(KEY));
        assertSame(
          pathname.slice(0, -NEGOTIATED.length),
          ofFile.slice(0, -KEY.length),
          "the folder that the files and their common URL lie below",
        );
        assertSame(new URL(href).hash, "", "the fragment, which no server is told,");
      },
    },
    {
      name: "invalidate makes the CDN ask its origin again for these keys",
      check: async (harness) => {
        const isInvalidated = requireHook(harness.isInvalidated, "isInvalidated");
        const keys = [KEY, ...["a b/c.jpg", "caf\u00e9.jpg"].map((key) => key as RenditionKey)];
        await harness.urls.invalidate(keys);
        for (const key of keys)
          assertSame(await isInvalidated(key), true, `whether the CDN asks again for ${key}`);
      },
    },
    {
      name: "an invalidated key that ends in * stands for all that start with what is before it",
      check: async (harness) => {
        const isInvalidated = requireHook(harness.isInvalidated, "isInvalidated");
        await harness.urls.invalidate(["image/0A1-0/*"]);
        for (const key of ["image/0A1-0/f/thumb.jpg", "image/0A1-0/g/a/b.webp"]) {
          assertSame(await isInvalidated(key), true, `whether the CDN asks again for ${key}`);
        }
      },
    },
    {
      name: "invalidating keys that the CDN never held is success, and so is asking again",
      check: async ({ urls }) => {
        for (let times = 0; times < 2; times += 1) await urls.invalidate([KEY, "never/*"]);
        await urls.invalidate([]);
        await urls.invalidate([KEY, KEY]);
      },
    },
  ]),
};

function guardAdapter(harness: CdnUrlsHarness): CdnUrlsHarness {
  return decorate(harness, { urls: guardCdnUrls(harness.urls) });
}
