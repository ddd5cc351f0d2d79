import { MemoryBlobStore, MemoryMetadataRepository, memory } from "../../../src/adapters/memory/index.js";
import type { FamilyHarnesses, MakeHarness } from "../../../src/testing/index.js";
import {
  abandonQueue,
  createSender,
  createStoppedClock,
  isInvalidated,
  PICTURE,
  TAGS,
} from "../memory-harness.js";

const createStore = () => ({ store: new MemoryBlobStore({ etags: "by-write" }) });

/** The harnesses of memory's contracts. */
export const MEMORY_HARNESSES: {
  readonly [Port in keyof FamilyHarnesses]: MakeHarness<FamilyHarnesses[Port]>;
} = {
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
  statuses: () => memory(),
  tagger: () => ({ tagger: memory({ tags: TAGS }).tagger, pictures: [PICTURE] }),
};
