import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memory } from "safelight/memory";
import { blobStoreContract, historiesContract, runContract, type TestRunner } from "safelight/testing";
import { SqliteBlobs } from "./sqlite-blobs.js";

/** Registers all that the store has to keep, with any test runner. */
export function runLaws(runner: TestRunner): void {
  runContract(
    runner,
    blobStoreContract,
    () => {
      const { folder, open, close } = createPlace();
      return {
        store: open("blobs.db"),
        // Whoever is killed closes nothing.
        restart: async () => open("blobs.db"),
        openUnreachable: async () => new SqliteBlobs(join(folder, "missing", "blobs.db")),
        close,
      };
    },
    [
      {
        law: "every method throws unavailable when the store refuses its own caller",
        consequence: "a file knows no callers: one that may not be opened is a store that cannot be reached",
      },
    ],
  );

  runContract(runner, historiesContract, () => {
    const { open, close } = createPlace();
    let count = 0;
    return {
      open: async () => {
        count += 1;
        return { ...memory(), renditions: open(`${count}.db`) };
      },
      close,
    };
  });
}

function createPlace() {
  const folder = mkdtempSync(join(tmpdir(), "blobs-"));
  const opened: SqliteBlobs[] = [];
  return {
    folder,
    open: (name: string) => {
      const store = new SqliteBlobs(join(folder, name));
      opened.push(store);
      return store;
    },
    close: () => {
      for (const store of opened) store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
