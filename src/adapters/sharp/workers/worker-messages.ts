import type { ErrorCode } from "../../../domain/model/errors.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import type { UploadPolicy } from "../../../domain/model/upload-policy.js";
import type { OriginalPipe } from "./original-pipe.js";

/** One call of the engine, as it is sent to a worker process. */
export type EngineCall =
  | { readonly method: "inspect"; readonly bytes: Uint8Array; readonly policy: UploadPolicy }
  | { readonly method: "render"; readonly bytes: Uint8Array; readonly plan: RenderPlan };

/** A call as a worker process receives it: without its bytes, of which `length` arrive beside it ({@link OriginalPipe}). */
export type WorkerRequest = (
  | (Omit<Extract<EngineCall, { method: "inspect" }>, "bytes"> & { readonly length: number })
  /** Without `length`, the process renders the bytes that it inspected last. */
  | (Omit<Extract<EngineCall, { method: "render" }>, "bytes"> & { readonly length?: number })
) & {
  /** The number of the call, which its answer repeats. */
  readonly id: number;
  /** Whether the process should take as little memory as it can. */
  readonly isLowMemory: boolean;
};

/** The engine's result or error; an error is taken apart, because only plain values can be sent between processes. */
export type EngineAnswer =
  | { readonly type: "done"; readonly value: unknown }
  | {
      readonly type: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      /** The message of the error's cause. */
      readonly cause?: string;
    };

/** A message from a worker process. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "memory"; readonly bytes: number }
  | (EngineAnswer & { readonly id: number });
