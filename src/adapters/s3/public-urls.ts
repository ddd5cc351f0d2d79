import type { CdnUrls } from "../../ports/cdn-urls.js";
import { toPath } from "./percent-encoding.js";

/**
 * Renditions below one public URL: that of the bucket itself, of a server or of a CDN in front of it. Nothing is
 * invalidated: a rendition's URL never gets other bytes, so a cache may only hold an image for a while after its removal.
 */
export class PublicUrls implements CdnUrls {
  readonly #baseUrl: string;
  readonly negotiates: boolean;

  /**
   * `baseUrl` is absolute, such as `https://images.example.com`. With `negotiates`, what is there chooses by `Accept`; default
   * false: it has files alone, as a bucket has.
   */
  constructor({ baseUrl, negotiates = false }: { baseUrl: string; negotiates?: boolean }) {
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.negotiates = negotiates;
  }

  async getUrl(renditionKey: string): Promise<string> {
    return `${this.#baseUrl}${toPath(renditionKey)}`;
  }

  async invalidate(): Promise<void> {}
}
