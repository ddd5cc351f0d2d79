import { report } from "./output.js";

/** Counts the files that Safelight did not make, and keeps one of them as an example. */
export class StrayFiles {
  #count = 0;
  #example = "";

  /** Adds a file among the renditions that a store gives, and no image has. */
  readonly add = (key: string): void => this.#add(key, "among the renditions");

  /** Adds what else lies in a data directory. Other stores give everything that they hold. */
  async addEntries(dir: string, signal: AbortSignal): Promise<void> {
    const { findStrayEntries } = await import("../../adapters/local/stray-entries.js");
    for await (const { path, place } of findStrayEntries(dir, { signal }))
      this.#add(path, place === "renditions" ? "among the renditions" : "in the data directory itself");
  }

  /** Reports how many there are, if there are any, and what to do about them. */
  report(): void {
    if (this.#count === 0) return;
    const entries = this.#count === 1 ? "1 file or folder" : `${this.#count} files or folders`;
    report(
      `left alone: ${entries} that Safelight did not make, such as ${this.#example}; move or delete what nobody needs, and put pictures among the originals ("safelight import" takes them)`,
    );
  }

  #add(name: string, place: string): void {
    if (this.#count === 0) this.#example = `${JSON.stringify(name)} ${place}`;
    this.#count += 1;
  }
}
