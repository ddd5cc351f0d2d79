import type { BlobStore } from "../blob-store.js";
import type { CdnUrls } from "../cdn-urls.js";
import type { ChangeQueue } from "../change-queue.js";
import type { EventLog } from "../event-log.js";
import type { MetadataRepository } from "../metadata-repository.js";
import type { StatusStore } from "../status-store.js";
import type { UploadTickets } from "../upload-tickets.js";
import type { WebhookDeliveries } from "../webhook-deliveries.js";
import { guardBlobStore } from "./blob-store.js";
import { guardCdnUrls } from "./cdn-urls.js";
import { guardChangeQueue } from "./change-queue.js";
import { guardEventLog } from "./event-log.js";
import { guardMetadataRepository } from "./metadata-repository.js";
import { guardStatusStore } from "./status-store.js";
import { guardUploadTickets } from "./upload-tickets.js";
import { guardWebhookDeliveries } from "./webhook-deliveries.js";

export {
  createChangedBlobError,
  createChangedRecordError,
  createForgottenEventError,
  createMissingBlobError,
  createOversizedBlobError,
} from "./refusals.js";
export {
  guardBlobStore,
  guardCdnUrls,
  guardChangeQueue,
  guardEventLog,
  guardMetadataRepository,
  guardStatusStore,
  guardUploadTickets,
  guardWebhookDeliveries,
};

/** The ports that have checks, by the names that a pipeline knows them by. */
export interface GuardablePorts {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly urls: CdnUrls;
  readonly eventLog: EventLog;
  readonly tickets: UploadTickets;
  readonly webhookDeliveries: WebhookDeliveries;
  readonly statuses: StatusStore;
}

const CHECKS: {
  readonly [Name in keyof GuardablePorts]: <Own extends GuardablePorts[Name]>(port: Own) => Own;
} = {
  originals: guardBlobStore,
  renditions: guardBlobStore,
  records: guardMetadataRepository,
  queue: guardChangeQueue,
  urls: guardCdnUrls,
  eventLog: guardEventLog,
  tickets: guardUploadTickets,
  webhookDeliveries: guardWebhookDeliveries,
  statuses: guardStatusStore,
};

/** The same ports, each behind the checks of its port; what has none, or has them already, is as it was. */
export function guardPorts<Ports extends Partial<GuardablePorts>>(ports: Ports): Ports {
  const checked: Record<string, unknown> = { ...ports };
  for (const [name, check] of Object.entries(CHECKS) as [string, <Own>(port: Own) => Own][])
    if (checked[name] !== undefined) checked[name] = check(checked[name]);
  return checked as Ports;
}
