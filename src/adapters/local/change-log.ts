import type { DataDirectory } from "./data-directory.js";

/** A removal that has been written down and not been carried out yet. */
export interface Removal {
  readonly sequencer: string;
  /** To be called once the original is gone. */
  confirm(): void;
}

/**
 * Numbers the changes of the originals and writes them down for the queue. Everything here runs under the lock of the
 * directory, before the change itself: the order of the numbers is the order of the changes.
 */
export class ChangeLog {
  readonly #data: DataDirectory;
  readonly #consumer: string | null;

  /** `consumer`: who will settle the changes; `null`: whoever comes. */
  constructor(data: DataDirectory, consumer: string | null = data.instance) {
    this.#data = data;
    this.#consumer = consumer;
  }

  /**
   * Writes down that an original with this content will be at `path`, and returns its sequencer. If a crash prevents
   * it, the change names content that is not there, and its settlement knows by that that it was overtaken.
   */
  recordCreation(path: string, etag: string): string {
    const sequencer = this.#drawSequencer(path);
    this.#append("created", path, sequencer, etag);
    return sequencer;
  }

  /**
   * Writes down that the original at `path` will be removed. Until it has happened the change is `unknown`: after a
   * crash, its settlement looks whether the original is there, where `removed` would remove the image of one that is.
   */
  recordRemoval(path: string): Removal {
    return this.#data.database.runTransaction(() => {
      const sequencer = this.#drawSequencer(path);
      this.#append("unknown", path, sequencer, null);
      return {
        sequencer,
        confirm: () => {
          this.#data.database.run(
            "UPDATE changes SET type = 'removed' WHERE path = ? AND sequencer = ? AND type = 'unknown'",
            [path, sequencer],
          );
        },
      };
    });
  }

  /** Padded, so that the order of the text is the order of the numbers. A removed key goes on counting: what is late must never look new. */
  #drawSequencer(path: string): string {
    const [row] = this.#data.database.selectAll<{ value: number }>(
      "INSERT INTO sequencers (path, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
      [path],
    );
    return String(row?.value ?? 0).padStart(16, "0");
  }

  #append(type: "created" | "unknown", path: string, sequencer: string, etag: string | null): void {
    const now = Date.now();
    this.#data.database.run(
      "INSERT INTO changes (path, type, etag, sequencer, consumer, claimed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [path, type, etag, sequencer, this.#consumer, now, now],
    );
  }
}
