import { quote, refusal, refusalInWords, type SafelightError } from "../../domain/model/errors.js";
import { toVersionLabel } from "../../domain/model/version.js";
import type { Replaced } from "../metadata-repository.js";

/** How a blob store refuses a key that holds nothing. */
export function createMissingBlobError(options?: ErrorOptions): SafelightError {
  return refusalInWords("not-found", "a blob", "the key", "nothing", options);
}

/** How a blob store refuses an `ifMatch` that is not the etag of what is there. */
export function createChangedBlobError(options?: ErrorOptions): SafelightError {
  return refusalInWords("conflict", "the given etag", "the blob", "another", options);
}

/** How a blob store refuses a blob of more than `maxBytes` bytes. */
export function createOversizedBlobError(maxBytes: number, size: number): SafelightError {
  return refusal("too-large", `at most ${maxBytes} bytes`, "the blob", size);
}

/** How an event log refuses to read on after an event that it does not keep. */
export function createForgottenEventError(after: string): SafelightError {
  return refusalInWords(
    "not-found",
    "the id of an event that is kept",
    "after",
    `${quote(after)}, which is forgotten or never was; look at the images again, then read the events from now on`,
  );
}

/** How a metadata repository refuses a write whose condition does not hold; `found` is what is there. */
export function createChangedRecordError(
  replacing: Replaced | "nothing",
  found: Replaced | undefined,
  options?: ErrorOptions,
): SafelightError {
  const wanted = replacing === "nothing" ? "nothing" : describeReplaced(replacing);
  const received = found === undefined ? "nothing" : describeReplaced(found);
  return refusalInWords("conflict", wanted, "the record to replace", received, options);
}

function describeReplaced({ version, edition }: Replaced): string {
  return `version ${toVersionLabel(version)} in edition ${edition}`;
}
