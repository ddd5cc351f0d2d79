/** A slice of a listing. `cursor` is opaque and continues after the last item; absent: nothing follows. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string;
}
