import { hasCode } from "../../domain/model/errors.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import { compareVersions, parseVersionLabel, versionLabel } from "../../domain/model/version.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import { ByNameLinks } from "./by-name-links.js";
import type { DataDirectory } from "./data-directory.js";
import { codeOf, translated } from "./faults.js";

/** How many events are kept. */
const KEPT = 10_000;

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
    await translated("publishing an event", () =>
      this.#data.lock.exclusively(() => {
        // Links first: a crash in between leaves the event unpublished, so it comes again, and the links with it.
        const shows = this.#isNews(event);
        if (shows) this.#showIfPossible(event);
        this.#append(event, { shows });
      }),
    );
  }

  /** Whether the event says where the renditions are, and nothing newer has been shown for the image: events may come again, late. */
  #isNews({ imageId, version, type }: ImageEvent): boolean {
    if (type === "ImageEdited") return false;
    const [row] = this.#data.database.all<{ version: string }>(
      "SELECT version FROM linked WHERE image_id = ?",
      [imageId],
    );
    const shown = row && parseVersionLabel(row.version);
    return shown === undefined || compareVersions(version, shown) >= 0;
  }

  /** Links are a convenience: an event is not held back because of them. */
  #showIfPossible(event: ImageEvent): void {
    try {
      this.#show(event);
    } catch (error) {
      if (codeOf(error) === undefined && !hasCode(error, "unavailable")) throw error;
    }
  }

  #show({ type, key, imageId, record }: ImageEvent): void {
    if (type !== "ImageReady") this.#links.remove(key, imageId);
    else if (record !== undefined) this.#links.replace(key, imageId, record.renditions);
  }

  #append(event: ImageEvent, { shows }: { shows: boolean }): void {
    const { id, imageId, version } = event;
    this.#data.database.transaction(() => {
      this.#data.database.run("INSERT INTO events (id, event) VALUES (?, ?) ON CONFLICT DO NOTHING", [
        id,
        JSON.stringify(event),
      ]);
      this.#data.database.run("DELETE FROM events WHERE n <= (SELECT max(n) FROM events) - ?", [KEPT]);
      if (!shows) return;
      this.#data.database.run(
        "INSERT INTO linked (image_id, version) VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
        [imageId, versionLabel(version)],
      );
    });
  }
}
