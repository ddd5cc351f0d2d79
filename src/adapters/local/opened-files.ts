import { statSync } from "node:fs";
import { SafelightError } from "../../domain/model/errors.js";

/**
 * Files that are open, by path. A file that is deleted or replaced stays what it was for whoever has it open: what is
 * written to it then is lost with the last process that has it, and nobody else ever sees it.
 */
export class OpenedFiles {
  readonly #identities: ReadonlyMap<string, string>;

  /** To be created right after the files were opened. Those that are not there are not looked for later. */
  constructor(paths: readonly string[]) {
    const found = paths.map((path) => [path, identify(path)] as const);
    this.#identities = new Map(found.flatMap(([path, identity]) => (identity ? [[path, identity]] : [])));
  }

  /** Throws `unavailable` if one of the files is no longer at its path. */
  assertInPlace(): void {
    for (const [path, identity] of this.#identities) {
      if (identify(path) === identity) continue;
      const message = `${path} was deleted or replaced while it was in use; put it back, or stop and start whatever uses the data directory`;
      throw new SafelightError("unavailable", message);
    }
  }
}

function identify(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
