import type { PutOptions } from "../../ports/blob-store.js";
import type { Attempt } from "../model/change.js";
import type { Etag } from "../model/etag.js";
import type { ImageRecord, ReadyRecord, RejectedRecord } from "../model/image-record.js";
import type { Version } from "../model/version.js";
import type { Needs } from "./ports.js";
import type { TaggingPorts } from "./tag-image.js";

/** What rendering needs. */
export type RenderPorts = TaggingPorts & Needs<"originals" | "renditions" | "engine" | "config">;

/** Which original is to be rendered, and for what. */
export interface RenderTask extends Attempt {
  readonly key: string;
  readonly version: Version;
  /** Only these bytes; `undefined`: whatever is there. */
  readonly ifMatch?: Etag;
  /** What is known about the image so far. */
  readonly record?: ImageRecord;
}

/** What of a record its commit decides. */
type Committed = "imageId" | "key" | "version" | "configuration" | "processedAt" | "outbox";

/** What one original came to, ready to be stored and committed. */
export interface RenderedOriginal {
  readonly content: Omit<ReadyRecord, Committed> | Omit<RejectedRecord, Committed>;
  readonly files: readonly {
    readonly key: string;
    readonly bytes: Uint8Array;
    readonly options: PutOptions;
  }[];
}
