import type { ImageDescription } from "../shared/images.js";

/** Images that one request gave, and where it began. */
export interface GalleryPage {
  /** Absent on the first page. */
  readonly cursor?: string;
  readonly images: readonly ImageDescription[];
}

/** How a listing is ordered: newest first, or by file name, which only the API can tell. */
export type Order = "age" | "name";

/** A part of a listing, by one or more requests: all that is there now between its beginning and its end. */
export interface Stretch {
  readonly images: readonly ImageDescription[];
  /** Where it ends; absent where nothing comes after it. */
  readonly cursor?: string;
}

/** All images of some pages. */
export function listImages(pages: readonly GalleryPage[]): readonly ImageDescription[] {
  return pages.flatMap(({ images }) => images);
}

/** Adds a page. What it has is nowhere else: where it lies now is the last that was heard. */
export function appendPage(pages: readonly GalleryPage[], page: GalleryPage): readonly GalleryPage[] {
  return [...dropImages(pages, page.images), page];
}

/** Whether a stretch that begins with some page reaches what was shown from there on, so that nothing is between them. */
export function isJoined(pages: readonly GalleryPage[], from: number, stretch: Stretch): boolean {
  const there = new Map(stretch.images.map((image) => [image.imageId, image]));
  const shown = listImages(pages.slice(from));
  return stretch.cursor === undefined || shown.length === 0 || shown.some((image) => isInPlace(image, there));
}

/**
 * Puts a stretch in the place of what was shown from the beginning of a page to where it ends. What is not in it was removed,
 * or lies behind its end. Pages still begin where they began.
 */
export function replaceStretch(
  pages: readonly GalleryPage[],
  from: number,
  stretch: Stretch,
  order: Order,
): readonly GalleryPage[] {
  const replaced = pages.slice(from);
  const shown = listImages(replaced);
  const there = new Map(stretch.images.map((image) => [image.imageId, image]));
  const known = new Map(shown.map((image) => [image.imageId, image]));
  const images = stretch.images.map((image) => keepUnchanged(known.get(image.imageId), image));
  const behind = new Set(stretch.cursor === undefined ? [] : listFollowing(shown, images, order));
  const all = [...images, ...behind];
  const begins = new Map(all.map(({ imageId }, index) => [imageId, index]));
  const starts = replaced.map((page, index) => {
    const first = page.images.find((image) => isInPlace(image, there) || behind.has(image));
    return { page, at: index === 0 ? 0 : first && begins.get(first.imageId) };
  });
  const kept = starts.filter((one): one is { page: GalleryPage; at: number } => one.at !== undefined);
  const next = kept.map(({ page, at }, index) => ({ ...page, images: all.slice(at, kept[index + 1]?.at) }));
  return [...dropImages(pages.slice(0, from), images), ...next];
}

/** Shows what became of an image: in its place, or, in a listing by age, in that of its age. */
export function putImage(
  pages: readonly GalleryPage[],
  image: ImageDescription,
  { order, hasMore }: { readonly order: Order; readonly hasMore: boolean },
): readonly GalleryPage[] {
  const before = listImages(pages).find(({ imageId }) => imageId === image.imageId);
  if (before && (order === "name" || before.createdAt === image.createdAt))
    return pages.map((page) => replaceImage(page, before, keepUnchanged(before, image)));
  // Where a new one is among the names, the API knows.
  if (order === "name") return pages;
  const others = dropImages(pages, [image]);
  const last = listImages(others).at(-1);
  // It lies on a page that was not loaded yet.
  if (hasMore && (!last || compareAge(image, last) > 0)) return others;
  const at = others.findLastIndex(({ images: [first] }) => first && compareAge(first, image) < 0);
  return others.map((page, index) => (index === Math.max(0, at) ? addByAge(page, image) : page));
}

/** Takes images away. */
export function dropImages(
  pages: readonly GalleryPage[],
  images: readonly Pick<ImageDescription, "imageId">[],
): readonly GalleryPage[] {
  const gone = new Set<string>(images.map(({ imageId }) => imageId));
  return pages.map((page) =>
    page.images.some(({ imageId }) => gone.has(imageId))
      ? { ...page, images: page.images.filter(({ imageId }) => !gone.has(imageId)) }
      : page,
  );
}

/** Negative where `a` is listed before `b`: newest first and, within a time, in the order of the ids, as the API has it. */
export function compareAge(a: ImageDescription, b: ImageDescription): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.imageId < b.imageId ? -1 : a.imageId > b.imageId ? 1 : 0;
}

function listFollowing(
  shown: readonly ImageDescription[],
  images: readonly ImageDescription[],
  order: Order,
): readonly ImageDescription[] {
  const there = new Set(images.map(({ imageId }) => imageId));
  const last = images.at(-1);
  if (order === "name") return shown.slice(shown.findLastIndex(({ imageId }) => there.has(imageId)) + 1);
  return last ? shown.filter((image) => !there.has(image.imageId) && compareAge(last, image) < 0) : [];
}

function addByAge(page: GalleryPage, image: ImageDescription): GalleryPage {
  return { ...page, images: [...page.images, image].sort(compareAge) };
}

function replaceImage(page: GalleryPage, before: ImageDescription, after: ImageDescription): GalleryPage {
  const at = page.images.indexOf(before);
  return at < 0 || before === after ? page : { ...page, images: page.images.with(at, after) };
}

/** Whether an image still lies where it lay: one that is uploaded again becomes new. */
function isInPlace(image: ImageDescription, there: ReadonlyMap<string, ImageDescription>): boolean {
  return there.get(image.imageId)?.createdAt === image.createdAt;
}

/** Keeps the object of what has not changed, so that it need not be drawn again. */
function keepUnchanged(before: ImageDescription | undefined, after: ImageDescription): ImageDescription {
  return before && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
