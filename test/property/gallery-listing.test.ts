import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { ImageDescription } from "../../src/domain/model/image-record.js";
import {
  compareInListing,
  compareInSearch,
  formatListingPosition,
  formatSearchPosition,
  parseListingPosition,
  parseSearchPosition,
} from "../../src/domain/model/listing-position.js";
import { readSearchName } from "../../src/domain/model/search-name.js";
import { Listing } from "../../src/entrypoints/dashboard/gallery/listing.js";
import { SEED } from "../support/sample.js";

type Order = "age" | "name";

/** Something that happens to an image: `at` chooses which, or where a new one is. */
interface Happening {
  readonly kind: "appears" | "is removed" | "is edited" | "is uploaded again";
  readonly at: number;
}

/** Many images of one second, as a store tells it that knows no shorter time. */
const SECONDS = 4;

/** An image and the name by which a search finds it. */
type Listed = ImageDescription & { readonly name: string };

/** The images behind an API, and how they are listed. */
class Images {
  readonly #order: Order;
  readonly #all: Listed[] = [];
  #count = 0;

  constructor(order: Order, count: number) {
    this.#order = order;
    for (let index = 0; index < count; index++) this.#add(index, index % SECONDS);
  }

  list(): readonly Listed[] {
    return this.#all.sort(this.#order === "age" ? compareInListing : compareInSearch);
  }

  readonly readPage = async ({ limit, cursor }: { readonly limit: number; readonly cursor?: string }) => {
    const all = this.list();
    const isFollowing = (image: Listed) =>
      cursor === undefined ||
      (this.#order === "age"
        ? compareInListing(parseListingPosition(cursor), image) < 0
        : compareInSearch(parseSearchPosition(cursor, ""), image) < 0);
    const begin = all.findIndex(isFollowing);
    if (begin < 0) return { items: [] };
    const items = all.slice(begin, begin + limit).map((image) => ({ ...image }));
    const last = items.at(-1);
    if (!last || begin + limit >= all.length) return { items };
    const format = this.#order === "age" ? formatListingPosition : formatSearchPosition;
    return { items, cursor: format(last) };
  };

  apply({ kind, at }: Happening): void {
    const image = this.list()[at % Math.max(1, this.#all.length)];
    if (kind === "appears" || !image) this.#add(at, at % SECONDS);
    else {
      this.#all.splice(this.#all.indexOf(image), 1);
      if (kind === "is edited") this.#all.push({ ...image, title: `title ${at}` } as Listed);
      if (kind === "is uploaded again")
        this.#all.push({ ...image, createdAt: tellTime(SECONDS + at) } as Listed);
    }
  }

  /** Many images more, all of them newer. */
  grow(count: number): void {
    for (let index = 0; index < count; index++) this.#add(index, SECONDS + index);
  }

  #add(at: number, second: number): void {
    this.#count += 1;
    const imageId = `${(at * 7_919) % 1_000}-${this.#count}` as ImageDescription["imageId"];
    const fileName = `Picture ${at % 13}.jpg`;
    const name = readSearchName({ fileName });
    this.#all.push({ imageId, fileName, name, createdAt: tellTime(second) } as Listed);
  }
}

function tellTime(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
}

const happenings = fc.array(
  fc.record({
    kind: fc.constantFrom<Happening["kind"]>("appears", "is removed", "is edited", "is uploaded again"),
    at: fc.nat(999),
  }),
  { maxLength: 80 },
);

const story = fc.record({
  order: fc.constantFrom<Order>("age", "name"),
  count: fc.nat(260),
  pages: fc.integer({ min: 1, max: 5 }),
  happenings,
  seen: fc.tuple(fc.nat(299), fc.nat(70)),
});

describe("the images that the dashboard lists", () => {
  it("are as the API has them where they are seen, after two looks, and everywhere once each part was seen", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ order, count, pages, happenings, seen: [begin, length] }) => {
        const images = new Images(order, count);
        const listing = new Listing(images.readPage, order);
        await listing.loadMore();
        for (let page = 1; page < pages && listing.cursor !== undefined; page++) await listing.loadMore();
        for (const happening of happenings) images.apply(happening);
        const before = listing.images.slice(begin, begin + length + 1);
        await look(listing, before);
        await look(listing, before);
        const now = new Map(images.list().map((image) => [image.imageId, image]));
        const shown = new Map(listing.images.map((image) => [image.imageId, image]));
        expect(shown.size).toBe(listing.images.length);
        for (const { imageId } of before)
          if (shown.has(imageId)) expect(shown.get(imageId)).toEqual(now.get(imageId));
        const newest = images.list().slice(0, 60);
        expect(listing.images.slice(0, newest.length)).toEqual(newest);
        while (listing.cursor !== undefined) await listing.loadMore();
        for (let round = 0; round < 2; round++)
          for (let at = 0; at < listing.images.length; at += 40)
            await look(listing, listing.images.slice(at, at + 40));
        expect(listing.images).toEqual(images.list());
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it("are shown in the order of the API at once when one of them was changed on this page", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ count, pages, happenings }) => {
        const images = new Images("age", count);
        const listing = new Listing(images.readPage, "age");
        for (let page = 0; page === 0 || (page < pages && listing.cursor !== undefined); page++)
          await listing.loadMore();
        for (const happening of happenings) {
          const before = new Set(images.list());
          images.apply(happening);
          const after = images.list();
          for (const image of after) if (!before.has(image)) listing.put(image);
          const ids = new Set(after.map(({ imageId }) => imageId));
          for (const { imageId } of before) if (!ids.has(imageId)) listing.drop(imageId);
        }
        const end = listing.cursor === undefined ? images.list().length : listing.images.length;
        expect(listing.images).toEqual(images.list().slice(0, end));
        while (listing.cursor !== undefined) await listing.loadMore();
        expect(listing.images).toEqual(images.list());
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it("are asked for by two requests a look, wherever they are seen, and keep what has not changed as it is", async () => {
    const images = new Images("age", 600);
    let requests = 0;
    const listing = new Listing((query) => {
      requests += 1;
      return images.readPage(query);
    }, "age");
    do await listing.loadMore();
    while (listing.cursor !== undefined);
    const before = listing.images;
    requests = 0;
    await look(listing, before.slice(430, 480));
    expect(requests).toBe(2);
    expect(listing.images.every((image, index) => image === before[index])).toBe(true);
  });

  it("begin anew where more is new than a few requests tell", async () => {
    const images = new Images("age", 130);
    const listing = new Listing(images.readPage, "age");
    await listing.loadMore();
    await listing.loadMore();
    images.grow(300);
    await listing.refreshNewest();
    expect(listing.images).toEqual(images.list().slice(0, 240));
    while (listing.cursor !== undefined) await listing.loadMore();
    expect(listing.images).toEqual(images.list());
  });
});

async function look(listing: Listing, seen: readonly ImageDescription[]): Promise<void> {
  const fresh = await listing.refreshNewest();
  const [first, last] = [seen[0]?.imageId, seen.at(-1)?.imageId];
  if (first && last) await listing.refreshRange({ first, last }, fresh);
}
