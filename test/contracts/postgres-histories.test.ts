import { it } from "@jest/globals";
import fc from "fast-check";
import { DOMAIN } from "../../src/testing/histories/domain.js";
import { histories, playHistory } from "../../src/testing/histories/play.js";
import { createOrderedStores } from "../support/history/ordered-stores.js";
import { describeOnPostgres } from "../support/postgres/index.js";
import { chooseCount, SEED } from "../support/sample.js";

const numRuns = chooseCount({ fast: 10, ordinary: 10, long: 500 }, "SAFELIGHT_POSTGRES_HISTORIES");

describeOnPostgres("whatever happens to an upload", (getSchema) => {
  it(`ends as one pass would, with its records on PostgreSQL and its originals kept in order, in ${numRuns} histories`, async () => {
    const { records, close } = getSchema().open();
    const open = async () => {
      await getSchema().clear();
      return { ...(await createOrderedStores()), records };
    };
    await fc.assert(
      fc.asyncProperty(histories, async (numbers) => void (await playHistory(DOMAIN, numbers, open))),
      { numRuns, endOnFailure: true, seed: SEED },
    );
    await close();
  }, 7_200_000);
});
