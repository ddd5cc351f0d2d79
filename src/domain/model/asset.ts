import type { Check } from "./checks.js";
import { computeSha256 } from "./digest.js";
import { invalidInput } from "./errors.js";

/**
 * Bytes that a configuration refers to: a watermark or a font. As JSON, and so in every digest, it is only its SHA-256,
 * so that a configuration or a plan that holds it can still be printed. Sent to another process it keeps its bytes.
 * They belong to the asset: nobody may change them.
 */
export class Asset {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: Uint8Array;

  /** Throws `invalid-input` for anything but bytes, at least one. */
  constructor(bytes: Uint8Array) {
    if (!areBytes(bytes)) throw invalidInput("a Uint8Array with at least 1 byte", "an asset", bytes);
    this.bytes = bytes;
    this.sha256 = computeSha256(bytes);
  }

  /** The form that is printed and digested. */
  toJSON(): { readonly sha256: string } {
    return { sha256: this.sha256 };
  }
}

/** A file in code, where a configuration file has a path: an asset, or its bytes. */
export type AssetInput = Asset | Uint8Array;

/** Takes bytes, and an asset that has lost its class on the way from another process. */
export const asset: Check<Asset> = (value, context) => {
  if (value instanceof Asset) return value;
  if (areBytes(value)) return new Asset(value);
  if (typeof value === "object" && value !== null && "bytes" in value && areBytes(value.bytes))
    return new Asset(value.bytes);
  return context.refuse(IN_CODE, value);
};

const IN_CODE =
  "the bytes of a file, a Uint8Array or an Asset (loadConfiguration of safelight/config reads files by their paths),";

/** By its tag, since another realm has a Uint8Array of its own. */
function areBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === "[object Uint8Array]" && (value as Uint8Array).length > 0;
}
