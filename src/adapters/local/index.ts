import { setTimeout } from "node:timers/promises";
import { guardPorts } from "../../ports/checked/index.js";
import type { OpenNotes } from "../../ports/image-notes.js";
import type { Sleep } from "../../ports/sleep.js";
import { LocalBlobStore } from "./blob-store.js";
import { LocalCdnUrls } from "./cdn-urls.js";
import { ChangeLog } from "./change-log.js";
import { LocalChangeQueue } from "./change-queue.js";
import { openDataDirectory } from "./data-directory.js";
import { LocalEventLog } from "./event-log.js";
import { LocalEventPublisher } from "./event-publisher.js";
import { keepNotesInFiles } from "./file-notes.js";
import { LocalImageTagger } from "./image-tagger.js";
import { LocalMetadataRepository } from "./metadata-repository.js";
import { ShownRecords } from "./shown-records.js";
import { findStaleAttributes, type StaleAttributes } from "./stale-attributes.js";
import { LocalStatusStore } from "./status-store.js";
import { LocalUploadTickets } from "./upload-tickets.js";
import { LocalWebhookDeliveries } from "./webhook-deliveries.js";

/** Options of {@link local}. */
export interface LocalOptions {
  /** The data directory; made if it is missing. */
  readonly dir: string;
  /**
   * Where `DIR/renditions` is served, such as `http://localhost:3000/renditions`. Absent: URLs are `file:` URLs, which the
   * HTTP API tells nobody.
   */
  readonly baseUrl?: string;
  /** Whether what serves `baseUrl` chooses by `Accept`, as `serveRenditions` does. Default: no, it has files alone. */
  readonly negotiates?: boolean;
  /**
   * Where the forms of upload tickets are taken, such as `http://localhost:3000/uploads/form`. Absent: nowhere, and
   * the HTTP API issues no tickets.
   */
  readonly uploadUrl?: string;
  /**
   * Which process settles the changes made here. With `other`, any process may receive them at once. With
   * `this-process` (the default), other processes receive them only after a minute.
   */
  readonly consumer?: "this-process" | "other";
}

/** Every port but the engine on one data directory, wired to each other. */
export interface LocalAdapters {
  readonly originals: LocalBlobStore;
  readonly renditions: LocalBlobStore;
  readonly records: LocalMetadataRepository;
  readonly queue: LocalChangeQueue;
  readonly urls: LocalCdnUrls;
  readonly events: LocalEventPublisher;
  readonly eventLog: LocalEventLog;
  readonly tickets: LocalUploadTickets;
  readonly tagger: LocalImageTagger;
  readonly webhookDeliveries: LocalWebhookDeliveries;
  readonly statuses: LocalStatusStore;
  readonly openNotes: OpenNotes;
  readonly sleep: Sleep;
  /** Finds what failed writes left in the database about blobs that are not stored; with `repair` it is deleted. */
  findStaleAttributes(options: { readonly repair: boolean }): Promise<readonly StaleAttributes[]>;
  /** Lets go of the directory: what was received and not acknowledged is free for others. Repeating it is success. */
  close(): void;
}

/**
 * Opens a data directory of the file system, with an SQLite database in it. Any number of processes on one machine
 * may have it open at once. The file system must tell upper from lower case. Throws `unavailable` if the directory
 * cannot be made or written to, `invalid-input` if it is something else or was made by another version.
 */
export function local(options: LocalOptions): LocalAdapters {
  const {
    dir,
    baseUrl,
    negotiates,
    uploadUrl = "local://uploads",
    consumer: settler = "this-process",
  } = options;
  const data = openDataDirectory(dir);
  const consumer = settler === "other" ? null : data.instance;
  return guardPorts({
    originals: new LocalBlobStore({ data, store: "originals", changes: new ChangeLog(data, consumer) }),
    renditions: new LocalBlobStore({ data, store: "renditions" }),
    records: new LocalMetadataRepository(data.database, new ShownRecords(data)),
    queue: new LocalChangeQueue(data, consumer),
    urls: new LocalCdnUrls({ dir: data.dir, baseUrl, negotiates }),
    events: new LocalEventPublisher(data.database),
    eventLog: new LocalEventLog(data.database),
    tickets: new LocalUploadTickets({ data, url: uploadUrl }),
    tagger: new LocalImageTagger(),
    webhookDeliveries: new LocalWebhookDeliveries(data.database),
    statuses: new LocalStatusStore(data.database),
    openNotes: keepNotesInFiles(),
    sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    findStaleAttributes: async (how) => [
      ...(await findStaleAttributes(data, "originals", how)),
      ...(await findStaleAttributes(data, "renditions", how)),
    ],
    close: () => data.close(),
  });
}

export { type DirectoryDamage, findDirectoryDamage } from "./directory-damage.js";
export { keepNotesInFiles } from "./file-notes.js";
export { type RebuiltDatabase, repairDirectory } from "./repair-directory.js";
export type { StaleAttributes } from "./stale-attributes.js";
export type {
  LocalBlobStore,
  LocalCdnUrls,
  LocalChangeQueue,
  LocalEventLog,
  LocalEventPublisher,
  LocalImageTagger,
  LocalMetadataRepository,
  LocalStatusStore,
  LocalUploadTickets,
  LocalWebhookDeliveries,
};
