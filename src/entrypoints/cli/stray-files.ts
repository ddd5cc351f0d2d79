import { formatCount, report } from "./output.js";

/** Counts the files among the renditions that are none, and keeps one of them as an example. */
export class StrayFiles {
  #count = 0;
  #example = "";

  readonly add = (key: string): void => {
    if (this.#count === 0) this.#example = key;
    this.#count += 1;
  };

  /** Reports how many there are, if there are any. */
  report(): void {
    if (this.#count === 0) return;
    const files = formatCount(this.#count, "file");
    report(
      `left alone: ${files} among the renditions that Safelight did not make, such as ${JSON.stringify(this.#example)}`,
    );
  }
}
