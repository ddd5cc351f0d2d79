import type { ImageId } from "./image-id.js";
import type { RenditionKey } from "./rendition.js";
import { parseVersionLabel, toVersionLabel, type Version } from "./version.js";

/**
 * Where a rendition lies: `<imageId>/<version>/<fingerprint>/<spec>.<ext>`. The fingerprint covers everything that
 * the pixels depend on and the version is never used again, so a key is immutable: it may be cached forever,
 * written twice without harm, and known as stale by its name once the record has moved on.
 */
export function renditionKey(
  imageId: ImageId,
  version: Version,
  fingerprint: string,
  specName: string,
  extension: string,
): RenditionKey {
  return `${toVersionPrefix(imageId, version)}${fingerprint}/${specName}.${extension}` as RenditionKey;
}

/** The prefix of everything that was ever stored for one image. */
export function toImagePrefix(imageId: ImageId): string {
  return `${imageId}/`;
}

/** The prefix of everything that one settlement of one image stored. */
export function toVersionPrefix(imageId: ImageId, version: Version): string {
  return `${imageId}/${toVersionLabel(version)}/`;
}

/**
 * The marker that a handler leaves while it decodes an original that an earlier attempt did not finish. It lies under
 * the version's own prefix, so cleaning up takes it away with the rest.
 */
export function toDecodeMarkerKey(imageId: ImageId, version: Version): string {
  return `${toVersionPrefix(imageId, version)}decode-started`;
}

/** The version in a key below {@link toImagePrefix}; `undefined` if the key was not made here. */
export function readKeyVersion(imageId: ImageId, key: string): Version | undefined {
  const [id, label] = key.split("/");
  return id === imageId && label !== undefined ? parseVersionLabel(label) : undefined;
}
