import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "@jest/globals";
import { toBlobPath } from "../../src/adapters/local/blob-path.js";
import { LocalImageTagger } from "../../src/adapters/local/image-tagger.js";
import { local } from "../../src/adapters/local/index.js";
import { hasCode } from "../../src/domain/model/errors.js";
import type { ImageEvent } from "../../src/domain/model/image-event.js";
import type { BlobStore } from "../../src/ports/blob-store.js";
import { type BlobStoreHarness, runFamily, type UploadTicketsHarness } from "../../src/testing/index.js";
import { createTestDirectory } from "../support/data-directory.js";
import { LOCAL_FAMILY } from "../support/families/local.js";
import { PICTURE } from "../support/memory-harness.js";
import { runAsNobody } from "../support/nobody.js";
import { chooseCount, SEED } from "../support/sample.js";

runFamily(
  { describe, it },
  LOCAL_FAMILY,
  {
    originals: () => createStoreHarness("originals"),
    renditions: () => createStoreHarness("renditions"),
    records: () => {
      const place = createTestDirectory();
      const first = place.open();
      const restart = async () => {
        first.close();
        return place.open().records;
      };
      const openUnreachable = async () => {
        first.close();
        return first.records;
      };
      return { records: first.records, restart, openUnreachable, close: place.close };
    },
    queue: () => {
      const place = createTestDirectory();
      let current = place.open();
      const restart = async () => {
        current.close();
        current = place.open();
        return current.queue;
      };
      return { queue: current.queue, abandon: restart, restart, close: place.close };
    },
    changes: () => {
      const place = createTestDirectory();
      const first = place.open();
      const restart = async () => {
        first.close();
        return place.open();
      };
      return { originals: first.originals, queue: first.queue, restart, close: place.close };
    },
    histories: () => ({
      open: async () => {
        const place = createTestDirectory();
        const { originals, renditions, records } = place.open();
        return { originals, renditions, records, close: async () => place.close() };
      },
    }),
    urls: () => {
      const place = createTestDirectory();
      const { urls } = local({ dir: place.dir, baseUrl: "https://images.example", negotiates: true });
      // No cache is in front of the directory.
      return { urls, isInvalidated: async () => true, close: place.close };
    },
    tickets: createTicketsHarness,
    events: () => {
      const place = createTestDirectory();
      const { events } = place.open();
      const readPublished = () => place.open().eventLog.read({ limit: 1_000 });
      return { events, readPublished, close: place.close };
    },
    eventLog: () => {
      const place = createTestDirectory();
      const first = place.open();
      const other = place.open();
      const restart = async () => {
        first.close();
        return place.open().eventLog;
      };
      const publishElsewhere = (event: ImageEvent) => other.events.publish(event);
      const { events, eventLog } = first;
      return { events, eventLog, publishElsewhere, restart, close: place.close };
    },
    webhookDeliveries: () => {
      const place = createTestDirectory();
      const first = place.open();
      const restart = async () => {
        first.close();
        return place.open().webhookDeliveries;
      };
      return { deliveries: first.webhookDeliveries, restart, close: place.close };
    },
    statuses: () => {
      const place = createTestDirectory();
      const first = place.open();
      const restart = async () => {
        first.close();
        return place.open().statuses;
      };
      const openUnreachable = async () => {
        first.close();
        return first.statuses;
      };
      const { statuses, records } = first;
      return { statuses, records, restart, openUnreachable, close: place.close };
    },
    tagger: () => ({
      tagger: new LocalImageTagger(),
      pictures: [PICTURE, { ...PICTURE, dominantColor: "#2b6fb3" }],
    }),
  },
  { histories: chooseCount({ fast: 10, ordinary: 10, long: 170 }, "SAFELIGHT_FAMILY_HISTORIES"), seed: SEED },
);

function createStoreHarness(name: "originals" | "renditions"): BlobStoreHarness {
  const place = createTestDirectory();
  const first = place.open();
  const restart = async () => {
    first.close();
    return place.open()[name];
  };
  const openUnreachable = async () => {
    renameSync(place.dir, join(dirname(place.dir), "unmounted"));
    return first[name];
  };
  const openRefusing = async (): Promise<BlobStore> => {
    chmodSync(dirname(place.dir), 0o000);
    return runAsNobody(first[name]);
  };
  const openUnreadable = async (key: string): Promise<BlobStore> => {
    // A file that is there anew is read to be listed, and others than its owner may reach it but not read it.
    const file = join(place.dir, name, toBlobPath(key));
    renameSync(file, `${file}.moved`);
    writeFileSync(file, "another file");
    rmSync(`${file}.moved`);
    chmodSync(file, 0o000);
    for (const path of [dirname(place.dir), place.dir]) chmodSync(path, 0o755);
    return runAsNobody(first[name]);
  };
  const close = () => {
    chmodSync(dirname(place.dir), 0o700);
    place.close();
  };
  return { store: first[name], restart, openUnreachable, openRefusing, openUnreadable, close };
}

/** Tickets with the server that takes their forms: it verifies the fields, and puts what they say. */
function createTicketsHarness(): UploadTicketsHarness {
  const place = createTestDirectory();
  const { tickets, originals } = place.open();
  let offset = 0;
  return {
    tickets,
    originals,
    send: async ({ fields }, bytes) => {
      try {
        const now = new Date(Date.now() + offset);
        const { key, maxBytes, ...options } = tickets.verifyTicket(fields, { now });
        if (bytes.length === 0 || bytes.length > maxBytes) return false;
        await originals.put(key, bytes, options);
        return true;
      } catch (error) {
        if (hasCode(error, "forbidden") || hasCode(error, "invalid-input")) return false;
        throw error;
      }
    },
    pass: async (seconds) => {
      offset += seconds * 1_000;
    },
    close: place.close,
  };
}
