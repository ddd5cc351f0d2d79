import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalAdapters, local } from "../../src/adapters/local/index.js";

/** In memory where the system has such a place: every put waits for the disk several times, and these tests put thousands. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A data directory of one test, which can be opened as often as it likes. */
export interface TestDirectory {
  readonly dir: string;
  open(): LocalAdapters;
  /** Closes what was opened and deletes the directory. */
  close(): void;
}

/** Makes an empty place for a data directory; nothing is in it before `open`. */
export function createTestDirectory(): TestDirectory {
  const place = mkdtempSync(join(PLACE, "safelight-"));
  const dir = join(place, "data");
  const opened: LocalAdapters[] = [];
  return {
    dir,
    open() {
      const adapters = local({ dir });
      opened.push(adapters);
      return adapters;
    },
    close() {
      for (const adapters of opened) adapters.close();
      rmSync(place, { recursive: true, force: true });
    },
  };
}
