import type { Page } from "../model/page.js";

/** Goes through all pages of a listing, one item after the other; a page is read when its first item is needed. */
export async function* everyItem<Item>(
  list: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
