import type { CallOptions } from "../../ports/call-options.js";
import type { ListQuery, NameQuery } from "../../ports/metadata-repository.js";
import { invalidInput } from "../model/errors.js";
import type { ImageId } from "../model/image-id.js";
import { describeRecord, type ImageDescription, type ImageRecord } from "../model/image-record.js";
import { toNegotiatedKey } from "../model/negotiated-key.js";
import type { Page } from "../model/page.js";
import { getOwnedRecord, type OwnerOptions } from "./get-owned-record.js";
import type { Needs } from "./ports.js";

/** Which images, and how many of them. */
export interface ImageQuery extends Partial<ListQuery> {
  /**
   * Only images whose file name begins so, in any case; listed by name, equal names newest first. With a status or an owner,
   * not with a tag. 1 to 255 bytes of UTF-8.
   */
  readonly name?: string;
}

/** The record as others see it, with the URLs of its renditions as they are right now. */
export async function describeImage({ urls }: Needs<"urls">, record: ImageRecord): Promise<ImageDescription> {
  const { renditions } = record;
  const files = await Promise.all(renditions.map(({ key }) => urls.getUrl(key)));
  const names = [...new Set(renditions.map(({ name }) => name))];
  const specs = names.map(async (name) => {
    const made = renditions.filter((rendition) => rendition.name === name);
    const negotiated = urls.negotiates ? toNegotiatedKey(made) : undefined;
    // Nobody chooses: then it is the last in the list, which is what the fewest cannot show.
    const last = made.at(-1)?.key;
    const url = negotiated
      ? await urls.getUrl(negotiated)
      : files[renditions.findIndex(({ key }) => key === last)];
    return [name, url ?? ""] as const;
  });
  return describeRecord(record, { files, specs: Object.fromEntries(await Promise.all(specs)) });
}

/** Resolves to one image with the URLs of its renditions, or to `undefined` if there is none or it was removed. */
export async function getImage(
  ports: Needs<"records" | "urls">,
  imageId: ImageId,
  options: CallOptions & OwnerOptions = {},
): Promise<ImageDescription | undefined> {
  const record = await getOwnedRecord(ports, imageId, options);
  return record && record.status !== "removed" ? describeImage(ports, record) : undefined;
}

/**
 * Resolves to a page of images, newest first, removed ones left out. Default limit 100. Throws `invalid-input` for a name
 * beside a tag, and for a name where the repository has no index of names.
 */
export async function listImages(
  ports: Needs<"records" | "urls">,
  { name, ...query }: ImageQuery = {},
  options: CallOptions = {},
): Promise<Page<ImageDescription>> {
  const { items, ...rest } = await (name === undefined
    ? ports.records.list({ limit: 100, ...query }, options)
    : searchByName(ports, { limit: 100, ...query, name }, options));
  return { items: await Promise.all(items.map((record) => describeImage(ports, record))), ...rest };
}

function searchByName(
  { records }: Needs<"records">,
  { tag, ...query }: NameQuery & Pick<ListQuery, "tag">,
  options: CallOptions,
): Promise<Page<ImageRecord>> {
  // For each tag of an image an index would need another entry of its name.
  if (tag !== undefined) throw invalidInput("no tag beside a name", "tag", tag);
  if (records.listByName === undefined)
    throw invalidInput(
      "no name, because this deployment does not search by it (searchByName),",
      "name",
      query.name,
    );
  return records.listByName(query, options);
}
