import { describe, it } from "@jest/globals";
import { MemoryBlobStore, MemoryMetadataRepository, memory } from "../../src/adapters/memory/index.js";
import { blobStoreContract, runContract, runFamily } from "../../src/testing/index.js";
import { MEMORY_FAMILY } from "../support/families/memory.js";
import {
  abandonQueue,
  createSender,
  createStoppedClock,
  isInvalidated,
  PICTURE,
  TAGS,
} from "../support/memory-harness.js";
import { SEED } from "../support/sample.js";

const runner = { describe, it };

const createStore = () => ({ store: new MemoryBlobStore({ etags: "by-write" }) });

runFamily(
  runner,
  MEMORY_FAMILY,
  {
    originals: createStore,
    renditions: createStore,
    records: () => ({ records: new MemoryMetadataRepository() }),
    queue: () => {
      const { clock, pass } = createStoppedClock();
      const { queue } = memory({ clock });
      return { queue, pass, abandon: async () => abandonQueue(queue) };
    },
    changes: () => memory({ etags: "by-write" }),
    histories: () => ({ open: async () => memory({ etags: "by-write" }) }),
    urls: () => {
      const { urls } = memory({ negotiates: true });
      return { urls, isInvalidated: async (key) => isInvalidated(key, urls.invalidated) };
    },
    tickets: () => {
      const time = createStoppedClock();
      const { tickets, originals } = memory(time);
      return { tickets, originals, send: createSender(tickets), pass: time.pass, now: time.clock };
    },
    events: () => {
      const { events } = memory();
      return { events, readPublished: async () => events.published };
    },
    eventLog: () => memory(),
    webhookDeliveries: () => ({ deliveries: memory().webhookDeliveries }),
    tagger: () => ({ tagger: memory({ tags: TAGS }).tagger, pictures: [PICTURE] }),
  },
  // Its histories are played by the thousand in test/property.
  { histories: 10, seed: SEED },
);

runContract(
  runner,
  { ...blobStoreContract, name: "a store in memory whose etags tell the content" },
  () => ({ store: new MemoryBlobStore({ etags: "by-content" }) }),
  "absent" in MEMORY_FAMILY.ports.originals ? [] : MEMORY_FAMILY.ports.originals,
);
