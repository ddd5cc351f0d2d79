import { imageRecord } from "../../domain/model/checked-record.js";
import { invalidInput } from "../../domain/model/errors.js";
import { isImageId } from "../../domain/model/image-id.js";
import { type Version, version } from "../../domain/model/version.js";
import type { ListQuery, MetadataRepository } from "../metadata-repository.js";
import { checkLimit } from "./arguments.js";
import { checkedBy } from "./checked-by.js";
import { readPage } from "./cursors.js";

const LISTED: readonly unknown[] = ["pending", "ready", "rejected", undefined];

/**
 * A metadata repository behind the checks of its port: ids, versions, times, limits and cursors are right, and the call
 * is not aborted yet, when the repository is asked. One that has them already is given back as it is.
 */
export const checkedMetadataRepository = checkedBy<MetadataRepository>((records) => ({
  get: async (imageId, options = {}) => {
    options.signal?.throwIfAborted();
    // What no key has as its id names no image, and is never looked for: stores keep other rows beside the records.
    return isImageId(imageId) ? records.get(imageId, options) : undefined;
  },

  commit: async (record, condition) => {
    imageRecord(record);
    checkReplacing(condition.replacing);
    condition.signal?.throwIfAborted();
    return records.commit(record, condition);
  },

  list: async ({ cursor, ...query }, options = {}) => {
    checkQuery(query);
    const { status = null, tag = null } = query;
    return readPage(["records", status, tag], cursor, (position) => {
      options.signal?.throwIfAborted();
      return records.list({ ...query, ...(position !== undefined && { cursor: position }) }, options);
    });
  },

  listExpired: async (now, limit, options = {}) => {
    if (Number.isNaN(now.getTime())) throw invalidInput("a time", "now", now);
    checkLimit(limit);
    options.signal?.throwIfAborted();
    return records.listExpired(now, limit, options);
  },

  purge: async (imageId, condition) => {
    if (!isImageId(imageId)) throw invalidInput("the id of an image", "imageId", imageId);
    checkReplacing(condition.replacing);
    condition.signal?.throwIfAborted();
    return records.purge(imageId, condition);
  },
}));

function checkReplacing(replacing: Version | "nothing"): void {
  if (replacing !== "nothing") version(replacing);
}

function checkQuery({ limit, status }: ListQuery): void {
  checkLimit(limit);
  if (!LISTED.includes(status)) throw invalidInput("pending, ready or rejected", "status", status);
}
