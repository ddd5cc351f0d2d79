import type { BlobStore, PutOptions } from "../../ports/blob-store.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import type { ImageRecord } from "../model/image-record.js";
import type { PipelineConfig } from "../model/pipeline-config.js";
import type { Version } from "../model/version.js";
import type { TaggingPorts } from "./tag-image.js";

/** What rendering needs. */
export interface RenderPorts extends TaggingPorts {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly engine: ImageEngine;
  readonly config: PipelineConfig;
}

/** Which original is to be rendered, and for what. */
export interface RenderTask {
  readonly key: string;
  readonly version: Version;
  /** Only these bytes; `undefined`: whatever is there. */
  readonly ifMatch?: string;
  /** How often this work was begun, this time included. */
  readonly receives: number;
  /** Whether it will not be begun again. */
  readonly last: boolean;
  /** What is known about the image so far. */
  readonly record?: ImageRecord;
}

/** What one original came to, ready to be stored and committed. */
export interface RenderedOriginal {
  readonly content: { readonly status: "ready" | "rejected" } & Pick<
    ImageRecord,
    | "createdAt"
    | "fileName"
    | "contentHash"
    | "source"
    | "exif"
    | "placeholder"
    | "tags"
    | "tagging"
    | "renditions"
    | "failure"
  >;
  readonly files: readonly {
    readonly key: string;
    readonly bytes: Uint8Array;
    readonly options: PutOptions;
  }[];
}
