import type { BlobStore } from "../../ports/blob-store.js";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Clock } from "../../ports/clock.js";
import type { EventLog } from "../../ports/event-log.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import type { OpenNotes } from "../../ports/image-notes.js";
import type { ImageTagger } from "../../ports/image-tagger.js";
import type { Log } from "../../ports/log.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { Sleep } from "../../ports/sleep.js";
import type { StatusStore } from "../../ports/status-store.js";
import type { WebhookDeliveries } from "../../ports/webhook-deliveries.js";
import type { WebhookSender } from "../../ports/webhook-sender.js";
import type { ConfigurationInput, PipelineConfig } from "../model/pipeline-config.js";

/** Everything that a pipeline stands on. An adapter family provides most of it in one call. */
export interface PipelinePorts {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly urls: CdnUrls;
  readonly events: EventPublisher;
  /** The events that `events` has published in the last days. Default: none can be read again. */
  readonly eventLog?: EventLog;
  readonly engine: ImageEngine;
  /** Omitted keys default to `DEFAULT_CONFIG`: a 200 x 200 JPEG named `thumb` and a WebP 1,280 pixels wide named `preview`. */
  readonly config?: ConfigurationInput;
  /** Says what can be seen in a picture, where the configuration asks for tags. */
  readonly tagger?: ImageTagger;
  /** Where events wait for the subscribers that the configuration names. */
  readonly webhookDeliveries?: WebhookDeliveries;
  /** Sends events to subscribers; needed where `deliverWebhooks` is called. */
  readonly webhookSender?: WebhookSender;
  /** Where the deployment and the last run of reconciling are told of, for every process. Default: nowhere. */
  readonly statuses?: StatusStore;
  /** Where a comparison of all images keeps its notes. Default: in memory, some 200 bytes an image. */
  readonly openNotes?: OpenNotes;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Lets time pass: between two looks at a record or a queue, and while a change rests that failed. */
  readonly sleep: Sleep;
  /** Default: nothing is logged. */
  readonly log?: Log;
}

/** Everything that use cases depend on: every port, and the configuration, completed. */
export interface Ports extends PipelinePorts {
  readonly config: PipelineConfig;
  readonly clock: Clock;
  readonly log: Log;
}

/** The ports that a use case needs, by their names. */
export type Needs<Name extends keyof Ports> = Pick<Ports, Name>;
