import fc from "fast-check";
import { compareVersions, type Version, version } from "../../../domain/model/version.js";
import type { MetadataRepository } from "../../metadata-repository.js";
import { CONFUSABLE_VERSIONS, confusablePair } from "../confusable-sequencers.js";
import { assertSame, draw, refuses } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { createRecord, createReplaced } from "./records.js";

/** The laws of a metadata repository about the versions that its conditions name. */
export const VERSION_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "no version is taken for another one, however alike they are",
    check: async ({ records }, trials) => {
      for (const [index, version] of CONFUSABLE_VERSIONS.entries())
        await checkToldApart(records, `fixed ${index}`, version, CONFUSABLE_VERSIONS);
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(
          confusablePair,
          fc.nat({ max: 2 }),
          fc.nat({ max: 2 }),
          async (pair, revision, epoch) => {
            runs += 1;
            const alike = pair.map((sequencer) => version({ epoch, sequencer, revision }));
            for (const [index, version] of alike.entries())
              await checkToldApart(records, `drawn ${runs} ${index}`, version, alike);
          },
        ),
        draw(trials),
      );
    },
  },
];

/** Commits a record of this version and fails if a condition on one of the others, which may name it too, holds. */
async function checkToldApart(
  records: MetadataRepository,
  key: string,
  version: Version,
  versions: readonly Version[],
): Promise<void> {
  const record = createRecord(key, { version });
  const next = createRecord(key, { version, edition: 2, fileName: "next" });
  await records.commit(record, { replacing: "nothing" });
  for (const other of versions) {
    if (compareVersions(other, version) === 0) continue;
    const replacing = createReplaced(other);
    const which = `${JSON.stringify(other)} where ${JSON.stringify(version)} is`;
    await refuses("conflict", records.commit(next, { replacing }), `replacing ${which}`);
    await refuses("conflict", records.purge(record.imageId, { replacing }), `purging ${which}`);
  }
  assertSame(await records.get(record.imageId), record, "the record after refused writes");
  await records.commit(next, { replacing: record });
  assertSame(await records.get(record.imageId), next, "the record after the commit");
  await records.purge(record.imageId, { replacing: next });
  assertSame(await records.get(record.imageId), undefined, "the record after the purge");
}
