import { createCapabilityLaw } from "./capability.js";
import { type Contract, prepareLaws } from "./contract.js";
import { COMMITTING_LAWS } from "./metadata-repository/commit-laws.js";
import { guardRepositories, type MetadataRepositoryHarness } from "./metadata-repository/harness.js";
import { NAME_LAWS } from "./metadata-repository/listing-by-name-laws.js";
import { OWNER_LAWS } from "./metadata-repository/listing-by-owner-laws.js";
import { LISTING_LAWS } from "./metadata-repository/listing-laws.js";
import { MODEL_LAW } from "./metadata-repository/model.js";
import { PURGE_LAWS } from "./metadata-repository/purge-laws.js";
import { SCANNING_LAWS } from "./metadata-repository/scanning-laws.js";
import { VERSION_LAWS } from "./metadata-repository/version-laws.js";

export type { MetadataRepositoryHarness } from "./metadata-repository/harness.js";

/** Everything that `MetadataRepository` promises. */
export const metadataRepositoryContract: Contract<MetadataRepositoryHarness> = {
  name: "MetadataRepository",
  laws: prepareLaws(guardRepositories, [
    createCapabilityLaw({
      name: "records can be listed by name",
      consequence: "a search by name is refused, and the dashboard offers none",
      isThere: ({ records }) => records.listByName !== undefined,
    }),
    ...COMMITTING_LAWS,
    ...VERSION_LAWS,
    ...LISTING_LAWS,
    ...OWNER_LAWS,
    ...NAME_LAWS,
    ...SCANNING_LAWS,
    ...PURGE_LAWS,
    MODEL_LAW,
  ]),
};
