import { DELETING_LAWS } from "./blob-store/deleting-laws.js";
import { type BlobStoreHarness, guardStores } from "./blob-store/harness.js";
import { KEY_LAWS } from "./blob-store/key-laws.js";
import { LISTING_LAWS } from "./blob-store/listing-laws.js";
import { MODEL_LAW } from "./blob-store/model.js";
import { READING_LAWS } from "./blob-store/reading-laws.js";
import { WRITING_LAWS } from "./blob-store/writing-laws.js";
import { type Contract, prepareLaws } from "./contract.js";

export type { BlobStoreHarness } from "./blob-store/harness.js";

/** Everything that `BlobStore` promises. */
export const blobStoreContract: Contract<BlobStoreHarness> = {
  name: "BlobStore",
  laws: prepareLaws(guardStores, [
    ...KEY_LAWS,
    ...READING_LAWS,
    ...WRITING_LAWS,
    ...DELETING_LAWS,
    ...LISTING_LAWS,
    MODEL_LAW,
  ]),
};
