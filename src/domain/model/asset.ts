import { sha256Hex } from "./digest.js";

/**
 * Bytes that a configuration refers to: a mark or a font. As JSON, and so in every digest, it is only its SHA-256,
 * so that a configuration or a plan that holds it can still be printed. Sent to another process it keeps its bytes.
 * They belong to the asset: nobody may change them.
 */
export class Asset {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.sha256 = sha256Hex(bytes);
  }

  /** What is printed and digested. */
  toJSON(): { readonly sha256: string } {
    return { sha256: this.sha256 };
  }
}
