import type { SafelightClient } from "../../http/client/index.js";
import type { Filter } from "../shared/address.js";
import { describeFailure } from "../shared/failure.js";
import type { ImageDescription } from "../shared/images.js";
import { Store } from "../shared/store.js";
import { noteRefusal } from "../sign-in/session.js";

/** The images that were loaded so far, newest first. */
export interface GalleryState {
  readonly filter: Filter;
  readonly images: readonly ImageDescription[];
  /** Where the next page begins; absent on the last one, or before the first. */
  readonly cursor?: string;
  readonly isLoading: boolean;
  /** Whether the first page has arrived. */
  readonly isLoaded: boolean;
  readonly failure?: string;
}

/** Images of a page: two screens of a large window. */
const PAGE = 60;

/** Single images that are asked for at a time. */
const AT_A_TIME = 4;

const nothing = { images: [], isLoading: false, isLoaded: false } as const;

/** The images of one filter: pages are added at their end, and what is new at their beginning. */
export class Gallery {
  readonly state = new Store<GalleryState>({ filter: {}, ...nothing });
  readonly #client: SafelightClient;
  #abort = new AbortController();
  #first: Promise<void> | undefined;

  constructor(client: SafelightClient) {
    this.#client = client;
  }

  /** Begins anew with another filter; the same one leaves everything as it is. */
  readonly open = (filter: Filter): void => {
    const now = this.state.get();
    if (JSON.stringify(now.filter) === JSON.stringify(filter) && (now.isLoaded || now.isLoading)) return;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.state.set({ filter, ...nothing });
    this.#first = this.loadMore();
  };

  /** Loads the next page, unless that is under way or there is none. */
  readonly loadMore = async (): Promise<void> => {
    const { filter, cursor, isLoading, isLoaded } = this.state.get();
    if (isLoading || (isLoaded && cursor === undefined)) return;
    this.state.merge({ isLoading: true, failure: undefined });
    const { signal } = this.#abort;
    try {
      const page = await this.#client.list({ ...filter, limit: PAGE, cursor, signal });
      const before = this.state.get().images;
      const images =
        filter.name === undefined ? mergeImages(before, page.items) : appendImages(before, page.items);
      this.state.merge({ images, cursor: page.cursor, isLoading: false, isLoaded: true });
    } catch (error) {
      if (signal.aborted) return;
      noteRefusal(error);
      this.state.merge({ isLoading: false, failure: describeFailure(error) });
    }
  };

  /**
   * Looks for what is new or different among the newest, and at those `touched` that are shown below them. Failures are left
   * to the next look.
   */
  readonly refresh = async (touched: ReadonlySet<string> = new Set()): Promise<void> => {
    // A first page that is on its way may have been read before the change.
    await this.#first;
    if (!this.state.get().isLoaded) return;
    const { signal } = this.#abort;
    try {
      const newest = await this.#refreshNewest(signal);
      const isOlder = ({ imageId }: ImageDescription) => touched.has(imageId) && !newest.has(imageId);
      const below = this.state.get().images.filter(isOlder);
      while (below.length > 0 && !signal.aborted)
        await Promise.all(below.splice(0, AT_A_TIME).map((image) => this.#refreshOne(image, signal)));
    } catch (error) {
      noteRefusal(error);
    }
  };

  /** Shows the newest as they are now, and resolves to their ids. */
  async #refreshNewest(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { filter } = this.state.get();
    const page = await this.#client.list({ ...filter, limit: PAGE, signal });
    const ids = new Set<string>(page.items.map(({ imageId }) => imageId));
    const state = this.state.get();
    // Found by name, they are in the order of names: one page is shown as it comes, and of more only what is known.
    if (filter.name !== undefined) {
      const isWhole = state.images.length <= PAGE;
      this.state.merge(
        isWhole
          ? { images: page.items, cursor: page.cursor }
          : { images: updateImages(state.images, page.items) },
      );
      return ids;
    }
    const kept = dropRemoved(state.images, page.items, page.cursor === undefined);
    const images = mergeImages(kept, page.items);
    // The old cursor stays where pages below the first are shown.
    const isShort = state.images.length <= PAGE;
    this.state.merge({ images, ...(isShort && { cursor: page.cursor }), failure: undefined });
    return ids;
  }

  async #refreshOne({ imageId }: ImageDescription, signal: AbortSignal): Promise<void> {
    const image = await this.#client.get(imageId, { signal });
    if (signal.aborted) return;
    if (image) this.apply(image);
    else this.drop(imageId);
  }

  /** Shows what became of an image, if the filter lets it be shown. */
  readonly apply = (image: ImageDescription): void => {
    const { filter, images } = this.state.get();
    if (!isMatching(image, filter)) this.drop(image.imageId);
    else if (filter.name === undefined) this.state.merge({ images: mergeImages(images, [image]) });
    // Where a new one is among the names, the API knows.
    else this.state.merge({ images: updateImages(images, [image]) });
  };

  /** Forgets an image that was removed. */
  readonly drop = (imageId: string): void => {
    const { images } = this.state.get();
    this.state.merge({ images: images.filter((image) => image.imageId !== imageId) });
  };
}

/** Adds images to a list or puts them in the place of their older selves; newest first. */
export function mergeImages(
  images: readonly ImageDescription[],
  others: readonly ImageDescription[],
): readonly ImageDescription[] {
  const known = new Map(images.map((image) => [image.imageId, image]));
  for (const image of others) {
    const before = known.get(image.imageId);
    // What has not changed stays the same object, so that it need not be drawn again.
    if (!before || JSON.stringify(before) !== JSON.stringify(image)) known.set(image.imageId, image);
  }
  return [...known.values()].sort(compareAge);
}

/** Adds those that are not there yet to the end of a list. */
function appendImages(
  images: readonly ImageDescription[],
  others: readonly ImageDescription[],
): readonly ImageDescription[] {
  const there = new Set(images.map(({ imageId }) => imageId));
  return [...images, ...others.filter(({ imageId }) => !there.has(imageId))];
}

/** Puts images in the place of their older selves. */
function updateImages(
  images: readonly ImageDescription[],
  others: readonly ImageDescription[],
): readonly ImageDescription[] {
  const newer = new Map(others.map((image) => [image.imageId, image]));
  return images.map((image) => newer.get(image.imageId) ?? image);
}

/** Drops what lies within the span of `newest` and is not in it. All images lie in the span of a page that is the last. */
export function dropRemoved(
  images: readonly ImageDescription[],
  newest: readonly ImageDescription[],
  isLast: boolean,
): readonly ImageDescription[] {
  const there = new Set(newest.map(({ imageId }) => imageId));
  const oldest = newest.at(-1);
  return images.filter(
    (image) =>
      there.has(image.imageId) || !(isLast || (oldest !== undefined && compareAge(image, oldest) < 0)),
  );
}

function compareAge(a: ImageDescription, b: ImageDescription): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.imageId < b.imageId ? 1 : a.imageId > b.imageId ? -1 : 0;
}

/** Whether a filter lets an image be shown, as the API decides it. */
export function isMatching(image: ImageDescription, { status, tag, name }: Filter): boolean {
  return (
    (status === undefined || image.status === status) &&
    (tag === undefined || image.tags.includes(tag)) &&
    (name === undefined || image.fileName.toLowerCase().startsWith(name.toLowerCase()))
  );
}
