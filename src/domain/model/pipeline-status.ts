import type { Asset } from "./asset.js";
import type { PipelineConfig } from "./pipeline-config.js";
import type { ReconcileReport } from "./reconcile-report.js";

/** How much there is to be settled. A service may count loosely while changes come and go. */
export interface QueueMeasurement {
  /** Changes that nobody alive is working on, postponed requests included. */
  readonly waiting: number;
  /** Changes that were handed out to somebody who lives, and are neither acknowledged nor released. */
  readonly inFlight: number;
  /** When the oldest of all these came, ISO 8601 in UTC; absent where there are none, and from a queue that cannot tell. */
  readonly oldest?: string;
}

/** The version of an engine that stands in where nothing is rendered. */
export const NO_ENGINE_VERSION = "none";

/** A value as it is in JSON, where an asset is its digest alone. */
export type AsJson<Value> = Value extends Asset
  ? { readonly sha256: string }
  : Value extends object
    ? { readonly [Key in keyof Value]: AsJson<Value[Key]> }
    : Value;

/** The work of a pipeline and its rules, as they are now. */
export interface PipelineStatus {
  readonly version: {
    /** The version of this package. */
    readonly safelight: string;
    /** The engine and all versions that its pixels depend on; absent from a process that renders nothing. */
    readonly engine?: string;
  };
  /** Absent where the queue cannot be measured. */
  readonly queue?: QueueMeasurement;
  /** The run of reconciling that has reported last; absent where none has, and without a status store. */
  readonly reconcile?: ReconcileReport;
  /** Abilities that only some pipelines have. */
  readonly capabilities: {
    /** Whether images can be listed by the beginning of their file name. */
    readonly searchByName: boolean;
  };
  /** The configuration in force, completed. Nothing in it is secret; of files it has the SHA-256. */
  readonly configuration: AsJson<PipelineConfig>;
}
