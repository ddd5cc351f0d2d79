import type { Page } from "../../../domain/model/page.js";
import type { ImageDescription } from "../shared/images.js";
import {
  appendPage,
  dropImages,
  type GalleryPage,
  isJoined,
  listImages,
  type Order,
  putImage,
  replaceStretch,
} from "./pages.js";

/** Images of a page: two screens of a large window. */
export const PAGE = 60;

/** Most images that the API has on a page. */
const MOST_ON_PAGE = 1_000;

/** Most images that are looked at again because they are seen: more than a very large window shows. */
const MOST_SEEN = 400;

/** Requests after which so much is new that the list begins anew. */
const MOST_REQUESTS = 4;

/** Asks the API for a part of a listing. */
export type ReadPage = (query: {
  readonly limit: number;
  readonly cursor?: string;
}) => Promise<Page<ImageDescription>>;

/** The images between two others, these included. */
export interface Range {
  readonly first: string;
  readonly last: string;
}

/** The images of one filter that were loaded so far. Pages are added at its end, and any part of it can be looked at again. */
export class Listing {
  readonly #read: ReadPage;
  readonly #order: Order;
  #pages: readonly GalleryPage[] = [];
  #cursor: string | undefined;

  constructor(read: ReadPage, order: Order) {
    this.#read = read;
    this.#order = order;
  }

  get images(): readonly ImageDescription[] {
    return listImages(this.#pages);
  }

  /** Where the next page begins; `undefined` on the last one, or before the first. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** Loads the next page, of so many images if the API has as many on one. */
  async loadMore(count = PAGE): Promise<void> {
    const cursor = this.#cursor;
    const limit = Math.min(MOST_ON_PAGE, Math.max(PAGE, count));
    const page = await this.#read({ limit, ...(cursor !== undefined && { cursor }) });
    const added = { images: page.items, ...(cursor !== undefined && { cursor }) };
    this.#pages = appendPage(this.#pages, added);
    this.#cursor = page.cursor;
  }

  /** Looks again at the beginning of the list, and resolves to how many of its images are as they are now. */
  async refreshNewest(): Promise<number> {
    return this.#refreshStretch(0, PAGE);
  }

  /** Looks again at a range of images, from the `fresh`th image of the list on, by one request. */
  async refreshRange({ first, last }: Range, fresh: number): Promise<void> {
    const { images } = this;
    const begin = Math.max(
      fresh,
      images.findIndex(({ imageId }) => imageId === first),
    );
    const end = images.findIndex(({ imageId }) => imageId === last);
    if (end < begin) return;
    let [at, from] = [0, 0];
    for (const [index, page] of this.#pages.entries()) {
      if (at + page.images.length > begin) {
        from = index;
        break;
      }
      at += page.images.length;
    }
    await this.#refreshStretch(from, Math.min(MOST_SEEN, end - at + 1));
  }

  /** Shows what became of an image. */
  put(image: ImageDescription): void {
    const hasMore = this.#cursor !== undefined;
    this.#pages = putImage(this.#pages, image, { order: this.#order, hasMore });
  }

  /** Forgets an image that was removed. */
  drop(imageId: string): void {
    this.#pages = dropImages(this.#pages, [{ imageId } as ImageDescription]);
  }

  async #refreshStretch(from: number, limit: number): Promise<number> {
    const start = this.#pages[from]?.cursor;
    const images: ImageDescription[] = [];
    let cursor = start;
    for (let requests = 1; ; requests++) {
      const page = await this.#read({ limit, ...(cursor !== undefined && { cursor }) });
      images.push(...page.items);
      cursor = page.cursor;
      const stretch = { images, ...(cursor !== undefined && { cursor }) };
      const joined = isJoined(this.#pages, from, stretch);
      if (!joined && requests < MOST_REQUESTS) continue;
      this.#pages = joined
        ? replaceStretch(this.#pages, from, stretch, this.#order)
        : [...this.#pages.slice(0, from), { images, ...(start !== undefined && { cursor: start }) }];
      const isToTheEnd = this.images.at(-1)?.imageId === images.at(-1)?.imageId;
      if (isToTheEnd || cursor === undefined) this.#cursor = cursor;
      return images.length;
    }
  }
}
