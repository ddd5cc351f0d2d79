import type { BlobStore } from "../../ports/blob-store.js";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Clock } from "../../ports/clock.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import type { ImageTagger } from "../../ports/image-tagger.js";
import type { Log } from "../../ports/log.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { Sleep } from "../../ports/sleep.js";
import type { PipelineConfig } from "../model/pipeline-config.js";

/** What use cases stand on: every port, and the configuration, completed. */
export interface Ports {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly urls: CdnUrls;
  readonly events: EventPublisher;
  readonly engine: ImageEngine;
  readonly config: PipelineConfig;
  readonly tagger?: ImageTagger;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
}

/** The ports that a use case needs, by their names. */
export type Needs<Name extends keyof Ports> = Pick<Ports, Name>;
