import { computeShortDigest } from "../../domain/model/digest.js";
import { hasCode } from "../../domain/model/errors.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { ByNameLinks } from "./by-name-links.js";
import type { DataDirectory } from "./data-directory.js";
import { readErrorCode } from "./system-errors.js";

/** The summary of an image without renditions, which has no links. */
const NOTHING = "";

/**
 * Keeps the links of `DIR/by-name` in step with the records. The row of an image in `by_name_links` says what its links
 * show, and is written in the transaction of the record. They are made by the commit that leaves nothing to do: where a
 * process dies between the links and the end of the transaction, the record still has its outbox, so that this commit is made
 * again, and the links with it.
 */
export class ShownRecords {
  readonly #data: DataDirectory;
  readonly #links: ByNameLinks;

  constructor(data: DataDirectory) {
    this.#data = data;
    this.#links = new ByNameLinks(data);
  }

  /** Shows the record that the transaction under way has written: nobody else can write one meanwhile. */
  show(record: ImageRecord): void {
    if (record.status === "pending" || record.outbox !== undefined) return;
    const { imageId } = record;
    const shown = computeSummary(record);
    if (shown === this.#readShown(imageId) || !this.#tryUpdateLinks(record)) return;
    this.#data.database.run(
      "INSERT INTO by_name_links (image_id, shown) VALUES (?, ?) ON CONFLICT DO UPDATE SET shown = excluded.shown",
      [imageId, shown],
    );
  }

  /** Removes the row of an image whose record is deleted. */
  remove(imageId: string): void {
    this.#data.database.run("DELETE FROM by_name_links WHERE image_id = ?", [imageId]);
  }

  #readShown(imageId: string): string {
    const [row] = this.#data.database.selectAll<{ shown: string }>(
      "SELECT shown FROM by_name_links WHERE image_id = ?",
      [imageId],
    );
    return row?.shown ?? NOTHING;
  }

  /** Links are a convenience: no record is held back because of them. What could not be shown is tried again with the next commit. */
  #tryUpdateLinks({ key, imageId, renditions }: ImageRecord): boolean {
    try {
      if (renditions.length > 0) this.#links.replace(key, imageId, renditions);
      else this.#links.remove(key, imageId);
      return true;
    } catch (error) {
      if (readErrorCode(error) === undefined && !hasCode(error, "unavailable")) throw error;
      return false;
    }
  }
}

function computeSummary({ renditions }: ImageRecord): string {
  if (renditions.length === 0) return NOTHING;
  return computeShortDigest(JSON.stringify(renditions.map(({ key }) => key)));
}
