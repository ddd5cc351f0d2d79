import type { CdnUrls } from "../../ports/cdn-urls.js";

/** URLs below one base, and a CDN that only remembers what it was asked to invalidate. */
export class MemoryCdnUrls implements CdnUrls {
  /** Every key that was given to `invalidate`, in that order. */
  readonly invalidated: string[] = [];
  readonly #base: string;
  readonly negotiates: boolean;

  /**
   * `base` is the absolute URL that renditions lie below; by default `https://cdn.example`. What is there may choose by
   * `Accept` (`negotiates`, default false).
   */
  constructor({
    base = "https://cdn.example",
    negotiates = false,
  }: { base?: string; negotiates?: boolean } = {}) {
    this.negotiates = negotiates;
    this.#base = base.replace(/\/+$/, "");
  }

  async getUrl(renditionKey: string): Promise<string> {
    return `${this.#base}/${renditionKey.split("/").map(encodeURIComponent).join("/")}`;
  }

  async invalidate(keys: readonly string[]): Promise<void> {
    this.invalidated.push(...keys);
  }
}
