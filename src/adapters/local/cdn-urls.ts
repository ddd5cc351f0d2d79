import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import { toBlobPath } from "./blob-path.js";

/** Renditions where a local server serves them, or else as files. Nothing is cached in between, so nothing is to be invalidated. */
export class LocalCdnUrls implements CdnUrls {
  readonly #renditions: string;
  readonly #baseUrl: string | undefined;
  readonly negotiates: boolean;

  /**
   * `dir` is the data directory. With `baseUrl`, URLs are `<baseUrl>/<key>`, and what is there may choose by `Accept`
   * (`negotiates`, default false); without it they are `file:` URLs.
   */
  constructor({ dir, baseUrl, negotiates = false }: { dir: string; baseUrl?: string; negotiates?: boolean }) {
    this.#renditions = join(dir, "renditions");
    this.#baseUrl = baseUrl?.replace(/\/+$/, "");
    this.negotiates = negotiates && baseUrl !== undefined;
  }

  async getUrl(renditionKey: string): Promise<string> {
    if (this.#baseUrl === undefined)
      return pathToFileURL(join(this.#renditions, toBlobPath(renditionKey))).href;
    return `${this.#baseUrl}/${renditionKey.split("/").map(encodeURIComponent).join("/")}`;
  }

  async invalidate(): Promise<void> {}
}
