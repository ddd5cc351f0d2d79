import { checkEdition, imageRecord } from "../../domain/model/check-record.js";
import { invalidInput } from "../../domain/model/errors.js";
import { isImageId } from "../../domain/model/image-id.js";
import { foldPrefix } from "../../domain/model/search-name.js";
import { version } from "../../domain/model/version.js";
import type { ListQuery, MetadataRepository, Replaced } from "../metadata-repository.js";
import { checkLimit } from "./arguments.js";
import { readPage } from "./cursors.js";
import { defineGuard } from "./define-guard.js";

/** Most records that are read in one call: the limit of a batch of DynamoDB, the lowest of the stores. */
const MOST_IDS = 100;

const LISTED: readonly unknown[] = ["pending", "ready", "rejected", undefined];

/** A metadata repository behind the checks of its port: ids, versions, times, limits, cursors. See {@link defineGuard}. */
export const guardMetadataRepository = defineGuard<MetadataRepository>(
  {
    get: () => {},

    getMany: ({ length }) => {
      if (length > MOST_IDS) throw invalidInput(`at most ${MOST_IDS}`, "the number of imageIds", length);
    },

    commit: (record, { replacing }) => {
      imageRecord(record);
      checkReplacing(replacing);
    },

    list: checkListing,

    listByName: ({ name, ...query }) => {
      foldPrefix(name);
      checkListing(query);
    },

    scan: ({ limit }) => checkLimit(limit),

    purge: (imageId, { replacing }) => {
      if (!isImageId(imageId)) throw invalidInput("the id of an image", "imageId", imageId);
      checkReplacing(replacing);
    },
  },
  (records) => ({
    // An id that no key can have is never looked up: stores keep other rows beside the records.
    get: async (imageId, options) => (isImageId(imageId) ? records.get(imageId, options) : undefined),

    getMany: async (imageIds, options) => {
      const sought = [...new Set(imageIds)].filter(isImageId);
      return sought.length > 0 ? records.getMany(sought, options) : [];
    },

    scan: ({ limit, cursor }, options) =>
      readPage(["all records"], cursor, (position) => records.scan({ limit, ...position }, options)),

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
