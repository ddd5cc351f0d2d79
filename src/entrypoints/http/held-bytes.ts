import { Busy } from "./problem.js";

/** The bytes of all unfinished uploads together: many at once must not fill the memory. */
export class UploadMemory {
  readonly #most: number;
  #held = 0;

  /** At most so many bytes are held at one time. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Opens an account for one request; it must be released when the request is done. */
  open(): HeldBytes {
    let mine = 0;
    return {
      add: (bytes) => {
        if (this.#held + bytes > this.#most)
          throw new Busy(1, "expected room for the upload but too many others are under way; try again");
        this.#held += bytes;
        mine += bytes;
      },
      release: () => {
        this.#held -= mine;
        mine = 0;
      },
    };
  }
}

/** What one request holds. */
export interface HeldBytes {
  /** Throws `unavailable` when all together would hold too much. */
  add(bytes: number): void;
  /** Repeating it is harmless. */
  release(): void;
}
