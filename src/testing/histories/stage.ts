import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import type { BlobStore } from "../../ports/blob-store.js";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Clock } from "../../ports/clock.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import type { Log } from "../../ports/log.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { Sleep } from "../../ports/sleep.js";
import type { Choices } from "./choices.js";
import type { Actor } from "./commit-laws.js";
import type { Domain } from "./domain.js";
import type { Looks } from "./looks.js";
import type { Process } from "./processes.js";
import type { World } from "./world.js";

/** The bounds of one history. */
export interface Bounds {
  readonly keys: readonly string[];
  readonly contents: readonly string[];
  readonly maxOperations: number;
  readonly maxHandlers: number;
  readonly maxFaults: number;
  /** Whether a change may be told more than once. */
  readonly tellsTwice: boolean;
}

/** The hard cases that a history reached, so that a test can show that they occur. */
export interface Reached {
  sameKeyHandlers: boolean;
  sameBytesAgain: boolean;
  crashInOutbox: boolean;
  conflicts: number;
}

/** The ports of one process, each call of which waits for its turn. */
export interface HistoryPorts {
  readonly originals: BlobStore;
  /** The originals, beside whatever keeps them in order. */
  readonly store: BlobStore;
  readonly looks: Looks;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly urls: CdnUrls;
  readonly events: EventPublisher;
  readonly engine: ImageEngine;
  readonly config: PipelineConfig;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
}

/** The place where deeds are done. */
export interface Stage {
  readonly world: World;
  readonly domain: Domain;
  readonly bounds: Bounds;
  readonly reached: Reached;
  readonly choices: Choices;
  /** Whom nobody was there to answer: what their edits still owe, only reconciling can find. */
  readonly abandoned: Set<string>;
  /** Whether nobody is at work. */
  readonly isStill: boolean;
  /** Somebody does something; nobody tries again by themselves, and what nobody promised may be lost. */
  actAsPerson(
    name: string,
    actor: Actor,
    work: (ports: HistoryPorts) => Promise<unknown>,
    atEnd?: Process["atEnd"],
  ): Promise<void>;
}
