import { refusal, SafelightError } from "../../domain/model/errors.js";
import { type Version, versionLabel } from "../../domain/model/version.js";

/** How a blob store refuses a key that holds nothing. */
export function missingBlob(options?: ErrorOptions): SafelightError {
  return new SafelightError("not-found", "expected a blob for the key but received nothing", options);
}

/** How a blob store refuses an `ifMatch` that is not the etag of what is there. */
export function changedBlob(options?: ErrorOptions): SafelightError {
  return new SafelightError("conflict", "expected the given etag for the blob but received another", options);
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
  return new SafelightError(
    "conflict",
    `expected ${wanted} for the record to replace but received ${received}`,
    options,
  );
}
