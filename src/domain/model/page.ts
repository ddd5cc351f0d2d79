/** A slice of a listing. `cursor` is opaque and continues after the last item; absent: nothing follows. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string;
}

/** Goes through all pages of a listing; a page is read when it is needed. */
export async function* iteratePages<Item>(
  list: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** The items of all pages of a listing, one after the other. */
export async function* iterateItems<Item>(
  list: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  for await (const items of iteratePages(list)) yield* items;
}

/** Collects items into pages of a size; the last one may have fewer. */
export async function* collectPages<Item>(
  items: AsyncIterable<Item>,
  size: number,
): AsyncGenerator<readonly Item[], void, undefined> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
