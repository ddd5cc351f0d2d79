import type { ImageId } from "../domain/model/image-id.js";
import type { ImageRecord, ImageStatus } from "../domain/model/image-record.js";
import type { Page } from "../domain/model/page.js";
import type { CallOptions } from "./call-options.js";

/** The filter and the size of a page of a listing. */
export interface ListQuery {
  /** Most items a page may have, 1 to 1,000. */
  readonly limit: number;
  readonly cursor?: string;
  readonly status?: Exclude<ImageStatus, "removed">;
  readonly tag?: string;
  /** Only images of this owner. */
  readonly owner?: string;
}

/** The filter and the size of a page of a search by the file's name. */
export interface NameQuery extends Omit<ListQuery, "tag"> {
  /** The beginning of the name, 1 to 255 bytes of UTF-8 with something visible in them; case does not matter. */
  readonly name: string;
}

/** Identifies the record that a writer has read. Every write raises the edition. */
export type Replaced = Pick<ImageRecord, "version" | "edition">;

/**
 * One record an image, each written in one atomic step under a condition. This is where the order of changes is
 * decided, so a write either happens whole, against exactly the record that its writer had read, or not at all.
 * Every method throws `unavailable` when the repository cannot be reached; a write that ended so may have happened.
 * An argument that is wrong in itself throws `invalid-input`, such as a record under the id of another key or with a time
 * in another form; `guardMetadataRepository` looks after that in front of every adapter.
 */
export interface MetadataRepository {
  /**
   * Resolves to the latest committed record, tombstones included, or `undefined` if there is none. A commit that
   * resolved before `get` was called is seen. The record equals the one committed, field by field, and
   * belongs to its reader: changing it later changes nothing here.
   */
  get(imageId: ImageId, options?: CallOptions): Promise<ImageRecord | undefined>;

  /**
   * Resolves to the records of those of the images that have one, each once, in any order; each is what `get` would
   * resolve to. At most 100 ids, which may repeat.
   */
  getMany(imageIds: readonly ImageId[], options?: CallOptions): Promise<readonly ImageRecord[]>;

  /**
   * Writes the record if the one that is there has exactly the version and the edition of `replacing`, or, for
   * `"nothing"`, if there is none; otherwise throws `conflict` and changes nothing. Of any number of simultaneous commits
   * that replace the same edition, exactly one succeeds. Durable once it resolves. The caller keeps its record:
   * changing it later changes nothing here.
   */
  commit(record: ImageRecord, condition: CallOptions & { replacing: Replaced | "nothing" }): Promise<void>;

  /**
   * Lists records newest first: by `createdAt`, equal times in the order of `imageId`. Tombstones are left out. With
   * `status`, `tag` or `owner`, only records that have it. A record that is there, unchanged, from the first page to the last
   * is listed exactly once, whatever is inserted or removed meanwhile. A cursor that no page of this listing gave throws
   * `invalid-input`: an adapter makes and gets its own position, and its callers see it sealed with the filter.
   */
  list(query: ListQuery, options?: CallOptions): Promise<Page<ImageRecord>>;

  /**
   * Lists the records whose `fileName` begins with `name`, both folded by `foldName`: by the folded name (by its UTF-8
   * bytes), equal names newest first as in `list`, so that a page comes from an index whatever matches. With `status` or
   * `owner`, only records that have it; cursors and tombstones are as in `list`. An adapter is given `name` folded. A
   * capability: a repository without an index for it leaves the method out, since a search must never read all there is.
   */
  listByName?(query: NameQuery, options?: CallOptions): Promise<Page<ImageRecord>>;

  /**
   * Lists every record, tombstones included, in any order: for whoever looks at all there is. One that is there from
   * the first page to the last is listed at least once, also while it is written. It may be listed as an earlier commit left it, so
   * whatever is concluded from it has to be looked at again with `get`. `cursor` continues after a page; the last page
   * has none. A page may hold fewer than `limit` records, even none. A cursor that no page gave throws `invalid-input`,
   * as in `list`.
   */
  scan(query: Pick<ListQuery, "limit" | "cursor">, options?: CallOptions): Promise<Page<ImageRecord>>;

  /**
   * Deletes the record if it is there with exactly the version and the edition of `replacing`, otherwise throws `conflict` and changes
   * nothing. No record at all is success, so it can be repeated. For expired tombstones only: it forgets order.
   */
  purge(imageId: ImageId, condition: CallOptions & { replacing: Replaced }): Promise<void>;
}
