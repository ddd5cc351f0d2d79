import type { Branded } from "./brand.js";
import { computeShortDigest } from "./digest.js";

/** Names one image forever: 22 base64url characters. */
export type ImageId = Branded<"ImageId">;

const IMAGE_ID = /^[A-Za-z0-9_-]{22}$/;

/**
 * The id of the original under `key`: the first 22 base64url characters of the SHA-256 of the key's UTF-8 bytes.
 * It depends on nothing else, so a redelivery and a re-upload meet the same record.
 */
export function deriveImageId(key: string): ImageId {
  return computeShortDigest(key, 22) as ImageId;
}

/** Whether `text` has the shape of an image id. */
export function isImageId(text: string): text is ImageId {
  return IMAGE_ID.test(text);
}
