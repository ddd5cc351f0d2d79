import type { RenditionKey, RenditionPattern } from "../domain/model/rendition.js";
import type { CallOptions } from "./call-options.js";
/** Where the world reaches renditions. */
export interface CdnUrls {
  /**
   * Resolves to the absolute URL of a rendition; the key is percent-encoded, so that the URL is valid for any key.
   * A segment `.` or `..` throws `invalid-input`: no URL can name it, and no rendition has it.
   */
  getUrl(key: RenditionKey): Promise<string>;

  /**
   * Whether `getUrl` also takes a key that stands for several formats (`toNegotiatedKey`), and the CDN then answers with the
   * one that `Accept` wants most. Its URL ends in the key as it is, below the same address as the files. Default: no, the CDN has files alone.
   */
  readonly negotiates?: boolean;

  /**
   * Has the CDN ask its origin again for these keys; a key that ends in `*` stands for all that start with what is before
   * it. Resolves once the request is durable: the CDN follows as soon as it can, within minutes unless it is busy, and may
   * serve what it holds until then. Keys that it never held are success, and so is asking again.
   */
  invalidate(keys: readonly (RenditionKey | RenditionPattern)[], options?: CallOptions): Promise<void>;
}
