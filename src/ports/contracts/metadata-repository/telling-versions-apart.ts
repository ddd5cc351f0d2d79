import fc from "fast-check";
import { type Version, version } from "../../../domain/model/version.js";
import type { MetadataRepository } from "../../metadata-repository.js";
import { draw, refuses, same } from "../expectations.js";
import { NEIGHBOUR_VERSIONS, neighbours } from "../neighbours.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { recordOf } from "./records.js";

/** What a metadata repository promises about the versions that its conditions name. */
export const VERSION_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "no version is taken for another one, however alike they are",
    check: async ({ records }, trials) => {
      for (const [index, version] of NEIGHBOUR_VERSIONS.entries())
        await tellsApart(records, `fixed ${index}`, version, NEIGHBOUR_VERSIONS);
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(neighbours, fc.nat({ max: 2 }), async ([one, other], revision) => {
          runs += 1;
          const pair = [one, other].map((sequencer) => version({ sequencer, revision }));
          for (const [index, version] of pair.entries())
            await tellsApart(records, `drawn ${runs} ${index}`, version, pair);
        }),
        draw(trials),
      );
    },
  },
];

/** Commits a record of this version and fails if a condition on one of the others, which may name it too, holds. */
async function tellsApart(
  records: MetadataRepository,
  key: string,
  version: Version,
  versions: readonly Version[],
): Promise<void> {
  const record = recordOf(key, { version });
  const next = recordOf(key, { version, fileName: "next" });
  await records.commit(record, { replacing: "nothing" });
  for (const other of versions) {
    if (other.sequencer === version.sequencer && other.revision === version.revision) continue;
    const which = `${JSON.stringify(other)} where ${JSON.stringify(version)} is`;
    await refuses("conflict", records.commit(next, { replacing: other }), `replacing ${which}`);
    await refuses("conflict", records.purge(record.imageId, { replacing: other }), `purging ${which}`);
  }
  same(await records.get(record.imageId), record, "the record after refused writes");
  await records.commit(next, { replacing: version });
  same(await records.get(record.imageId), next, "the record after the commit");
  await records.purge(record.imageId, { replacing: version });
  same(await records.get(record.imageId), undefined, "the record after the purge");
}
