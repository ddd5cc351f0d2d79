import type { CdnUrls } from "../../ports/cdn-urls.js";
import { describeRecord, type ImageDescription, type ImageRecord } from "../model/image-record.js";

/** The record as others see it, with the URL of each rendition as it is right now. */
export async function describeWithUrls(record: ImageRecord, urls: CdnUrls): Promise<ImageDescription> {
  return describeRecord(record, await Promise.all(record.renditions.map(({ key }) => urls.urlFor(key))));
}
