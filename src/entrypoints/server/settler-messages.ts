import type { ErrorCode } from "../../domain/model/errors.js";
import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import type { LogLevel } from "../../ports/log.js";

/** What a settler works on, and how. */
export interface SettlerOptions {
  /** The data directory. */
  readonly dir: string;
  readonly config: PipelineConfig;
  /** Images rendered at a time. */
  readonly concurrency: number;
}

/** What the process of a settler is sent. */
export type SettlerRequest =
  | { readonly type: "start"; readonly options: SettlerOptions }
  /** Something was added to the queue. */
  | { readonly type: "wake" }
  /** Finish what is open within so many milliseconds, and end. */
  | { readonly type: "finish"; readonly milliseconds: number };

/** What the process of a settler sends. */
export type SettlerMessage =
  | { readonly type: "ready" }
  /** It could not start; an error is taken apart, because only plain values get across. */
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string }
  | {
      readonly type: "log";
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  /** `done`: whether nothing was left. */
  | { readonly type: "finished"; readonly done: boolean };
