import { checkEdition, imageRecord } from "../../domain/model/check-record.js";
import { invalidInput } from "../../domain/model/errors.js";
import { isImageId } from "../../domain/model/image-id.js";
import { foldPrefix } from "../../domain/model/search-name.js";
import { version } from "../../domain/model/version.js";
import type { ListQuery, MetadataRepository, Replaced } from "../metadata-repository.js";
import { checkLimit } from "./arguments.js";
import { readPage } from "./cursors.js";
import { defineGuard } from "./define-guard.js";

const LISTED: readonly unknown[] = ["pending", "ready", "rejected", undefined];

/** A metadata repository behind the checks of its port: ids, versions, times, limits, cursors. See {@link defineGuard}. */
export const guardMetadataRepository = defineGuard<MetadataRepository>(
  {
    get: () => {},

    commit: (record, { replacing }) => {
      imageRecord(record);
      checkReplacing(replacing);
    },

    list: checkListing,

    listByName: ({ name, ...query }) => {
      foldPrefix(name);
      checkListing(query);
    },

    listExpired: (now, limit) => {
      if (Number.isNaN(now.getTime())) throw invalidInput("a time", "now", now);
      checkLimit(limit);
    },

    purge: (imageId, { replacing }) => {
      if (!isImageId(imageId)) throw invalidInput("the id of an image", "imageId", imageId);
      checkReplacing(replacing);
    },
  },
  (records) => ({
    // An id that no key can have is never looked up: stores keep other rows beside the records.
    get: async (imageId, options) => (isImageId(imageId) ? records.get(imageId, options) : undefined),

    list: ({ cursor, ...query }, options) =>
      readPage(
        ["records", query.status ?? null, query.tag ?? null, query.owner ?? null],
        cursor,
        (position) => records.list({ ...query, ...position }, options),
      ),

    // Adapters compare what is folded already, each in the same way.
    listByName: ({ cursor, name: written, ...query }, options) => {
      const name = foldPrefix(written);
      return readPage(
        ["records by name", name, query.status ?? null, query.owner ?? null],
        cursor,
        async (position) =>
          (await records.listByName?.({ ...query, name, ...position }, options)) ?? { items: [] },
      );
    },
  }),
);

function checkListing({ limit, status }: Pick<ListQuery, "limit" | "status">): void {
  checkLimit(limit);
  if (!LISTED.includes(status)) throw invalidInput("pending, ready or rejected", "status", status);
}

function checkReplacing(replacing: Replaced | "nothing"): void {
  if (replacing === "nothing") return;
  version(replacing.version);
  checkEdition(replacing.edition);
}
