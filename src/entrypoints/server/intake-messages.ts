import type { ErrorCode } from "../../domain/model/errors.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import type { PutOptions, PutResult } from "../../ports/blob-store.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";

type CommitCondition = Parameters<MetadataRepository["commit"]>[1];

/** What the thread of an intake does. */
export type IntakeWork =
  | {
      readonly type: "put";
      readonly key: string;
      readonly bytes: Uint8Array;
      readonly options: Omit<PutOptions, "signal">;
    }
  | {
      readonly type: "commit";
      readonly record: ImageRecord;
      readonly condition: Omit<CommitCondition, "signal">;
    };

/** What it is sent. */
export type IntakeRequest =
  | { readonly call: number; readonly work: IntakeWork }
  /** Let go of everything, and end. */
  | "close";

/** What it answers; an error is taken apart, because only plain values get across. */
export type IntakeAnswer =
  | { readonly call: number; readonly result: PutResult | undefined }
  | { readonly call: number; readonly code: ErrorCode; readonly message: string; readonly cause?: string };
