import { setTimeout } from "node:timers/promises";
import { guardPorts } from "../../ports/checked/index.js";
import type { Clock } from "../../ports/clock.js";
import type { Ids } from "../../ports/ids.js";
import type { Tag } from "../../ports/image-tagger.js";
import type { Sleep } from "../../ports/sleep.js";
import { MemoryBlobStore, type MemoryEtags } from "./blob-store.js";
import { MemoryCdnUrls } from "./cdn-urls.js";
import { MemoryChangeQueue } from "./change-queue.js";
import { MemoryEventLog } from "./event-log.js";
import { MemoryEventPublisher } from "./event-publisher.js";
import { MemoryImageTagger } from "./image-tagger.js";
import { MemoryMetadataRepository } from "./metadata-repository.js";
import { MemoryStatusStore } from "./status-store.js";
import { MemoryUploadTickets } from "./upload-tickets.js";
import { MemoryWebhookDeliveries } from "./webhook-deliveries.js";

export { MemoryBlobStore, type MemoryEtags } from "./blob-store.js";
export { MemoryCdnUrls } from "./cdn-urls.js";
export { MemoryChangeQueue } from "./change-queue.js";
export { MemoryEventLog } from "./event-log.js";
export { MemoryEventPublisher } from "./event-publisher.js";
export { MemoryImageTagger } from "./image-tagger.js";
export { MemoryMetadataRepository } from "./metadata-repository.js";
export { MemoryStatusStore } from "./status-store.js";
export { MemoryUploadTickets } from "./upload-tickets.js";
export { MemoryWebhookDeliveries } from "./webhook-deliveries.js";

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** The system's by default. */
  readonly clock?: Clock;
  /** Random UUIDs by default. */
  readonly ids?: Ids;
  /** The absolute URL that renditions lie below; by default `https://cdn.example`. */
  readonly baseUrl?: string;
  /** Whether what serves `baseUrl` chooses by `Accept`, as `serveRenditions` does. Default: no, it has files alone. */
  readonly negotiates?: boolean;
  /** Where the forms of upload tickets are taken. By default nowhere, and the HTTP API issues no tickets. */
  readonly uploadUrl?: string;
  /** The tags of every picture; none by default. */
  readonly tags?: readonly Tag[];
  /** The name of the tagger (`tagging.provider`); `memory` by default. */
  readonly provider?: string;
  /** How both stores compute etags; `by-content` by default. */
  readonly etags?: MemoryEtags;
}

/** Every port but the engine, wired together, in memory: for tests and for reading. It ends with its process. */
export interface MemoryAdapters {
  readonly originals: MemoryBlobStore;
  readonly renditions: MemoryBlobStore;
  readonly records: MemoryMetadataRepository;
  readonly queue: MemoryChangeQueue;
  readonly urls: MemoryCdnUrls;
  readonly events: MemoryEventPublisher;
  readonly eventLog: MemoryEventLog;
  readonly tickets: MemoryUploadTickets;
  readonly tagger: MemoryImageTagger;
  readonly webhookDeliveries: MemoryWebhookDeliveries;
  readonly statuses: MemoryStatusStore;
  readonly sleep: Sleep;
}

/** Makes a new, empty set of memory adapters; the originals tell their changes to the queue. */
export function memory(options: MemoryOptions = {}): MemoryAdapters {
  const { clock, ids, baseUrl, negotiates, uploadUrl, tags, provider, etags } = options;
  const queue = new MemoryChangeQueue({ clock });
  const originals = new MemoryBlobStore({ changes: queue, clock, etags });
  const eventLog = new MemoryEventLog({ clock });
  return guardPorts({
    originals,
    renditions: new MemoryBlobStore({ clock, etags }),
    records: new MemoryMetadataRepository(),
    queue,
    urls: new MemoryCdnUrls({ base: baseUrl, negotiates }),
    events: new MemoryEventPublisher({ log: eventLog }),
    eventLog,
    tickets: new MemoryUploadTickets({ originals, clock, ids, url: uploadUrl }),
    tagger: new MemoryImageTagger({ tags, provider }),
    webhookDeliveries: new MemoryWebhookDeliveries(),
    statuses: new MemoryStatusStore(),
    sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  });
}
