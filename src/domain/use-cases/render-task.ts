import type { PutOptions } from "../../ports/blob-store.js";
import type { Attempt } from "../model/change.js";
import type { ImageRecord } from "../model/image-record.js";
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
  readonly ifMatch?: string;
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
