import { refusal, refusalInWords, type SafelightError } from "../../domain/model/errors.js";
import { type Version, versionLabel } from "../../domain/model/version.js";

/** How a blob store refuses a key that holds nothing. */
export function missingBlob(options?: ErrorOptions): SafelightError {
  return refusalInWords("not-found", "a blob", "the key", "nothing", options);
}

/** How a blob store refuses an `ifMatch` that is not the etag of what is there. */
export function changedBlob(options?: ErrorOptions): SafelightError {
  return refusalInWords("conflict", "the given etag", "the blob", "another", options);
}

/** How a blob store refuses a blob of more than `maxBytes` bytes. */
export function oversizedBlob(maxBytes: number, size: number): SafelightError {
  return refusal("too-large", `at most ${maxBytes} bytes`, "the blob", size);
}

/** How a metadata repository refuses a write whose condition does not hold; `found` is the version that is there. */
export function changedRecord(
  replacing: Version | "nothing",
  found: Version | undefined,
  options?: ErrorOptions,
): SafelightError {
  const wanted = replacing === "nothing" ? "nothing" : `version ${versionLabel(replacing)}`;
  const received = found === undefined ? "nothing" : `version ${versionLabel(found)}`;
  return refusalInWords("conflict", wanted, "the record to replace", received, options);
}
