import { type Contract, prepareLaws } from "./contract.js";
import { COMMITTING_LAWS } from "./metadata-repository/committing.js";
import { EXPIRING_LAWS } from "./metadata-repository/expiring.js";
import { guardRepositories, type MetadataRepositoryHarness } from "./metadata-repository/harness.js";
import { LISTING_LAWS } from "./metadata-repository/listing.js";
import { OWNER_LAWS } from "./metadata-repository/listing-by-owner.js";
import { MODEL_LAW } from "./metadata-repository/model.js";
import { VERSION_LAWS } from "./metadata-repository/telling-versions-apart.js";

export type { MetadataRepositoryHarness } from "./metadata-repository/harness.js";

/** Everything that `MetadataRepository` promises. */
export const metadataRepositoryContract: Contract<MetadataRepositoryHarness> = {
  name: "MetadataRepository",
  laws: prepareLaws(guardRepositories, [
    ...COMMITTING_LAWS,
    ...VERSION_LAWS,
    ...LISTING_LAWS,
    ...OWNER_LAWS,
    ...EXPIRING_LAWS,
    MODEL_LAW,
  ]),
};
