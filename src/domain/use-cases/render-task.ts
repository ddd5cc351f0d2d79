import type { Attempt } from "../model/change.js";
import type { Etag } from "../model/etag.js";
import type { ReadyRecord, RejectedRecord } from "../model/image-record.js";
import type { Version } from "../model/version.js";
import type { Needs } from "./ports.js";
import type { TaggingPorts } from "./tag-image.js";

/** The ports that rendering needs. */
export type RenderPorts = TaggingPorts & Needs<"originals" | "renditions" | "engine" | "config" | "sleep">;

/** Which original is to be rendered, and for what. */
export interface RenderTask extends Attempt {
  readonly key: string;
  readonly version: Version;
  /** Only these bytes; `undefined`: whatever is there. */
  readonly ifMatch?: Etag;
  /** Nothing that is there already is kept. */
  readonly force: boolean;
}

/** The fields of a record that its commit decides. */
type Committed =
  | "imageId"
  | "key"
  | "version"
  | "edition"
  | "configuration"
  | "processedAt"
  | "focalPoint"
  | "alt"
  | "title"
  | "dropped"
  | "outbox";

/** The result for one original, as the fields of its record. */
export type OriginalContent = Omit<ReadyRecord, Committed> | Omit<RejectedRecord, Committed>;
