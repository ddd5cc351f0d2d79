import { hasCode } from "../../domain/model/errors.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import { compareVersions, parseVersionLabel, toVersionLabel } from "../../domain/model/version.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import { ByNameLinks } from "./by-name-links.js";
import type { DataDirectory } from "./data-directory.js";
import { readErrorCode, wrapSystemErrors } from "./system-errors.js";

/** Number of events that are kept. */
const MAX_EVENTS = 10_000;

/** Events as rows, the newest 10,000 of them; and what they say is shown in `DIR/by-name`. */
export class LocalEventPublisher implements EventPublisher {
  readonly #data: DataDirectory;
  readonly #links: ByNameLinks;

  constructor(data: DataDirectory) {
    this.#data = data;
    this.#links = new ByNameLinks(data);
  }

  async publish(event: ImageEvent, { signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    await wrapSystemErrors("publishing an event", () =>
      this.#data.lock.runExclusively(() => {
        // Links first: a crash in between leaves the event unpublished, so it comes again, and the links with it.
        const updatesLinks = this.#isNewest(event);
        if (updatesLinks) this.#tryUpdateLinks(event);
        this.#append(event, { updatesLinks });
      }),
    );
  }

  /** Whether the event says where the renditions are, and nothing newer has been shown for the image: events may come again, late. */
  #isNewest({ imageId, version, type }: ImageEvent): boolean {
    if (type === "ImageEdited") return false;
    const [row] = this.#data.database.selectAll<{ version: string }>(
      "SELECT version FROM by_name_links WHERE image_id = ?",
      [imageId],
    );
    const shown = row && parseVersionLabel(row.version);
    return shown === undefined || compareVersions(version, shown) >= 0;
  }

  /** Links are a convenience: an event is not held back because of them. */
  #tryUpdateLinks(event: ImageEvent): void {
    try {
      this.#updateLinks(event);
    } catch (error) {
      if (readErrorCode(error) === undefined && !hasCode(error, "unavailable")) throw error;
    }
  }

  #updateLinks({ type, key, imageId, record }: ImageEvent): void {
    if (type !== "ImageReady") this.#links.remove(key, imageId);
    else if (record !== undefined) this.#links.replace(key, imageId, record.renditions);
  }

  #append(event: ImageEvent, { updatesLinks }: { updatesLinks: boolean }): void {
    const { id, imageId, version } = event;
    this.#data.database.runTransaction(() => {
      this.#data.database.run("INSERT INTO events (id, event) VALUES (?, ?) ON CONFLICT DO NOTHING", [
        id,
        JSON.stringify(event),
      ]);
      this.#data.database.run("DELETE FROM events WHERE number <= (SELECT max(number) FROM events) - ?", [
        MAX_EVENTS,
      ]);
      if (!updatesLinks) return;
      this.#data.database.run(
        "INSERT INTO by_name_links (image_id, version) VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
        [imageId, toVersionLabel(version)],
      );
    });
  }
}
