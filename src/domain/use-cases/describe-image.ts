import type { CallOptions } from "../../ports/call-options.js";
import type { ListQuery } from "../../ports/metadata-repository.js";
import type { ImageId } from "../model/image-id.js";
import { describeRecord, type ImageDescription, type ImageRecord } from "../model/image-record.js";
import type { Page } from "../model/page.js";
import { getOwnedRecord, type OwnerOptions } from "./get-owned-record.js";
import type { Needs } from "./ports.js";

/** The record as others see it, with the URL of each rendition as it is right now. */
export async function describeImage({ urls }: Needs<"urls">, record: ImageRecord): Promise<ImageDescription> {
  return describeRecord(record, await Promise.all(record.renditions.map(({ key }) => urls.getUrl(key))));
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

/** Resolves to a page of images, newest first, removed ones left out. Default limit 100. */
export async function listImages(
  ports: Needs<"records" | "urls">,
  query: Partial<ListQuery> = {},
  options: CallOptions = {},
): Promise<Page<ImageDescription>> {
  const { items, ...rest } = await ports.records.list({ limit: 100, ...query }, options);
  return { items: await Promise.all(items.map((record) => describeImage(ports, record))), ...rest };
}
