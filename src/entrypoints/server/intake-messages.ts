import type { ErrorCode } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageInput } from "../../domain/use-cases/process-image.js";

/** What the thread of an intake is sent. */
export type IntakeRequest =
  | { readonly type: "upload"; readonly call: number; readonly input: ImageInput }
  /** Let go of everything, and end. */
  | { readonly type: "close" };

/** What it answers; an error is taken apart, because only plain values get across. */
export type IntakeAnswer =
  | { readonly call: number; readonly imageId: ImageId }
  | { readonly call: number; readonly code: ErrorCode; readonly message: string; readonly cause?: string };
