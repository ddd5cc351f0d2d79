export { AWKWARD_KEYS, ILLEGAL_KEYS } from "./awkward-keys.js";
export { type BlobStoreHarness, blobStoreContract } from "./blob-store.js";
export { type CdnUrlsHarness, cdnUrlsContract } from "./cdn-urls.js";
export { type ChangeQueueHarness, changeQueueContract } from "./change-queue.js";
export {
  type Closable,
  type Contract,
  checkContract,
  describeGaps,
  type Gap,
  type Law,
  type MakeHarness,
  runContract,
  type TestRunner,
  type Trials,
  type Verdict,
} from "./contract.js";
export { type EventLogHarness, eventLogContract } from "./event-log.js";
export { type EventPublisherHarness, eventPublisherContract } from "./event-publisher.js";
export {
  type ImageCodec,
  type ImageEngineHarness,
  imageEngineContract,
  type Pixels,
  type SampleImage,
} from "./image-engine.js";
export { type ImageTaggerHarness, imageTaggerContract } from "./image-tagger.js";
export { type MetadataRepositoryHarness, metadataRepositoryContract } from "./metadata-repository.js";
export { type OriginalChangesHarness, originalChangesContract } from "./original-changes.js";
export { type StatusStoreHarness, statusStoreContract } from "./status-store.js";
export { type SentTicket, type UploadTicketsHarness, uploadTicketsContract } from "./upload-tickets.js";
export { type WebhookDeliveriesHarness, webhookDeliveriesContract } from "./webhook-deliveries.js";
