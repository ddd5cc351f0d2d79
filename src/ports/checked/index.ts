import type { BlobStore } from "../blob-store.js";
import type { CdnUrls } from "../cdn-urls.js";
import type { ChangeQueue } from "../change-queue.js";
import type { MetadataRepository } from "../metadata-repository.js";
import type { UploadTickets } from "../upload-tickets.js";
import { checkedBlobStore } from "./blob-store.js";
import { checkedCdnUrls } from "./cdn-urls.js";
import { checkedChangeQueue } from "./change-queue.js";
import { checkedMetadataRepository } from "./metadata-repository.js";
import { checkedUploadTickets } from "./upload-tickets.js";

export { changedBlob, changedRecord, missingBlob, oversizedBlob } from "./refusals.js";
export {
  checkedBlobStore,
  checkedCdnUrls,
  checkedChangeQueue,
  checkedMetadataRepository,
  checkedUploadTickets,
};

/** The ports that have checks, by the names that a pipeline knows them by. */
export interface CheckablePorts {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly urls: CdnUrls;
  readonly tickets: UploadTickets;
}

const CHECKS: {
  readonly [Name in keyof CheckablePorts]: <Own extends CheckablePorts[Name]>(port: Own) => Own;
} = {
  originals: checkedBlobStore,
  renditions: checkedBlobStore,
  records: checkedMetadataRepository,
  queue: checkedChangeQueue,
  urls: checkedCdnUrls,
  tickets: checkedUploadTickets,
};

/** The same ports, each behind the checks of its port; what has none, or has them already, is as it was. */
export function checkedPorts<Ports extends Partial<CheckablePorts>>(ports: Ports): Ports {
  const checked: Record<string, unknown> = { ...ports };
  for (const [name, check] of Object.entries(CHECKS) as [string, <Own>(port: Own) => Own][])
    if (checked[name] !== undefined) checked[name] = check(checked[name]);
  return checked as Ports;
}
