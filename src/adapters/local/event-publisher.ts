import { hasCode } from "../../domain/model/errors.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import { compareVersions, type Version } from "../../domain/model/version.js";
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
        if (this.#isNews(event)) this.#showIfPossible(event);
        this.#append(event);
      }),
    );
  }

  /** Whether nothing newer has been shown for the image: events may come again, late. */
  #isNews({ imageId, version }: ImageEvent): boolean {
    const [shown] = this.#data.database.all<Version>(
      "SELECT sequencer, revision FROM linked WHERE image_id = ?",
      [imageId],
    );
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

  #append(event: ImageEvent): void {
    const { id, imageId, version } = event;
    this.#data.database.transaction(() => {
      this.#data.database.run("INSERT INTO events (id, event) VALUES (?, ?) ON CONFLICT DO NOTHING", [
        id,
        JSON.stringify(event),
      ]);
      this.#data.database.run("DELETE FROM events WHERE n <= (SELECT max(n) FROM events) - ?", [KEPT]);
      this.#data.database.run(
        `INSERT INTO linked (image_id, sequencer, revision) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE
         SET sequencer = excluded.sequencer, revision = excluded.revision
         WHERE (excluded.sequencer, excluded.revision) > (sequencer, revision)`,
        [imageId, version.sequencer, version.revision],
      );
    });
  }
}
