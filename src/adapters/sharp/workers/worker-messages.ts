import type { ErrorCode } from "../../../domain/model/errors.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import type { UploadPolicy } from "../../../domain/model/upload-policy.js";
import type { OriginalPipe } from "./original-pipe.js";

/** One call of the engine, as it is sent to a worker process. */
export type EngineCall =
  | { readonly method: "inspect"; readonly bytes: Uint8Array; readonly policy: UploadPolicy }
  | { readonly method: "render"; readonly bytes: Uint8Array; readonly plan: RenderPlan };

/**
 * What a worker process is sent: a call without its bytes, of which `length` come beside it ({@link OriginalPipe}), and
 * whether it is to take as little memory as it can.
 */
export type WorkerRequest = (
  | (Omit<Extract<EngineCall, { method: "inspect" }>, "bytes"> & { readonly length: number })
  /** Without a number of bytes: the process is to take those that it inspected last. */
  | (Omit<Extract<EngineCall, { method: "render" }>, "bytes"> & { readonly length?: number })
) & { readonly alone: boolean };

/** What the engine said in the other process; an error is taken apart, because only plain values get across. */
export type EngineAnswer =
  | { readonly type: "done"; readonly value: unknown }
  | {
      readonly type: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      /** What the error was caused by, in words. */
      readonly cause?: string;
    };

/** What a worker process sends. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "memory"; readonly bytes: number }
  | EngineAnswer;
