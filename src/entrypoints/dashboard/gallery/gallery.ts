import type { SafelightClient } from "../../http/client/index.js";
import type { Filter } from "../shared/address.js";
import { describeFailure } from "../shared/failure.js";
import type { ImageDescription } from "../shared/images.js";
import { Store } from "../shared/store.js";
import { noteRefusal } from "../sign-in/session.js";
import { Listing, type Range } from "./listing.js";

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

/** Single images that are asked for at a time. */
const AT_A_TIME = 4;

/** Changed images beyond which those that are seen are asked for together, and all others once they are seen. */
const MANY = 12;

const nothing = { images: [], isLoading: false, isLoaded: false } as const;

/** The images of one filter: pages are added at their end, and what is new at their beginning. */
export class Gallery {
  readonly state = new Store<GalleryState>({ filter: {}, ...nothing });
  readonly #client: SafelightClient;
  #listing: Listing;
  #abort = new AbortController();
  #first: Promise<void> | undefined;
  #seen: Range | undefined;

  constructor(client: SafelightClient) {
    this.#client = client;
    this.#listing = this.#createListing({});
  }

  /** Begins anew with another filter, and as many images; the same one leaves everything as it is. */
  readonly open = (filter: Filter, count?: number): void => {
    const now = this.state.get();
    if (JSON.stringify(now.filter) === JSON.stringify(filter) && (now.isLoaded || now.isLoading)) return;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#listing = this.#createListing(filter);
    this.state.set({ filter, ...nothing });
    this.#first = this.loadMore(count);
  };

  /** Loads the next page, unless that is under way or there is none. */
  readonly loadMore = async (count?: number): Promise<void> => {
    const { cursor, isLoading, isLoaded } = this.state.get();
    if (isLoading || (isLoaded && cursor === undefined)) return;
    this.state.merge({ isLoading: true, failure: undefined });
    const { signal } = this.#abort;
    try {
      await this.#listing.loadMore(count);
      if (!signal.aborted) this.#show({ isLoading: false, isLoaded: true });
    } catch (error) {
      if (signal.aborted) return;
      noteRefusal(error);
      this.state.merge({ isLoading: false, failure: describeFailure(error) });
    }
  };

  /** Notes which images somebody sees; none where no grid is shown. */
  readonly noteSeen = (seen: Range | undefined): void => {
    this.#seen = seen;
  };

  /**
   * Looks for what is new or different among the newest, and at those `touched` that are shown below them; where nobody can
   * say which were, at all that are seen. That takes two requests, wherever in the list somebody is. Failures are left to the next
   * look, and so is a first page that did not come.
   */
  readonly refresh = async (touched?: ReadonlySet<string>): Promise<void> => {
    // A first page that is on its way may have been read before the change.
    await this.#first;
    const { isLoaded, failure } = this.state.get();
    if (!isLoaded) return failure === undefined ? undefined : this.loadMore();
    const { signal } = this.#abort;
    const listing = this.#listing;
    const show = () => signal.aborted || this.#show({ failure: undefined });
    try {
      const fresh = await listing.refreshNewest();
      show();
      const below = touched && listing.images.slice(fresh).filter(({ imageId }) => touched.has(imageId));
      if (!below || below.length > MANY) {
        if (this.#seen && !signal.aborted) await listing.refreshRange(this.#seen, fresh);
        show();
      } else
        while (below.length > 0 && !signal.aborted)
          await Promise.all(below.splice(0, AT_A_TIME).map((image) => this.#refreshOne(image, signal)));
    } catch (error) {
      if (!signal.aborted) noteRefusal(error);
    }
  };

  async #refreshOne({ imageId }: ImageDescription, signal: AbortSignal): Promise<void> {
    const image = await this.#client.get(imageId, { signal });
    if (signal.aborted) return;
    if (image) this.apply(image);
    else this.drop(imageId);
  }

  /** Shows what became of an image, if the filter lets it be shown. */
  readonly apply = (image: ImageDescription): void => {
    if (isMatching(image, this.state.get().filter)) this.#listing.put(image);
    else this.#listing.drop(image.imageId);
    this.#show();
  };

  /** Forgets an image that was removed. */
  readonly drop = (imageId: string): void => {
    this.#listing.drop(imageId);
    this.#show();
  };

  #createListing({ name, ...others }: Filter): Listing {
    const { signal } = this.#abort;
    const filter = { ...others, ...(name !== undefined && { name }) };
    return new Listing(
      (query) => this.#client.list({ ...filter, ...query, signal }),
      name === undefined ? "age" : "name",
    );
  }

  #show(fields: Partial<GalleryState> = {}): void {
    const { images, cursor } = this.#listing;
    const { images: before } = this.state.get();
    const isSame = images.length === before.length && images.every((image, index) => image === before[index]);
    this.state.merge({ ...fields, images: isSame ? before : images, cursor });
  }
}

/** Whether a filter lets an image be shown. Only the API compares names, and a file keeps its own. */
function isMatching(image: ImageDescription, { status, tag }: Filter): boolean {
  return (status === undefined || image.status === status) && (tag === undefined || image.tags.includes(tag));
}
