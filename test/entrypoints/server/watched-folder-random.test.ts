import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { createRandom } from "../../support/kill/random-kills.js";
import { judgeDirectory, readRecords } from "../../support/kill/verdict.js";
import { chooseCount, SEED } from "../../support/sample.js";
import { changeFolderRandomly, hashFiles } from "../../support/watch/random-folder.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, waitUntilFound } from "./start-server.js";

const OPERATIONS = chooseCount({ fast: 60, ordinary: 60, long: 500 }, "SAFELIGHT_FOLDER_OPERATIONS");

let place: Place;

beforeAll(buildCommand);
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

/** The settled records of a data directory: hashes of originals by key; the status of what is not settled. */
async function readHashes(): Promise<Map<string, string>> {
  const records = await readRecords(place.data);
  return new Map(
    records.map(({ key, status, contentHash, outbox }) => [
      key,
      outbox === undefined ? (contentHash ?? status) : "open",
    ]),
  );
}

/** The differences between the records and the folder, a line for each key. */
async function findDifferences(folder: string): Promise<string[]> {
  const records = await readHashes();
  const files = hashFiles(folder);
  return [...new Set([...records.keys(), ...files.keys()])]
    .filter((key) => records.get(key) !== files.get(key))
    .map((key) => `${key}: ${files.get(key) ?? "no file"}, ${records.get(key) ?? "no record"}`);
}

describe("a watched folder that is changed at random", () => {
  it(
    `is as its records say after ${OPERATIONS} operations, with no event to wait for`,
    async () => {
      const folder = join(place.dir, "photos");
      mkdirSync(folder);
      const pictures = await Promise.all(
        Array.from({ length: 12 }, (_, index) => drawTestImage({ width: 16 + index, height: 16 })),
      );
      const server = await place.serve(["--watch", "photos"]);
      await changeFolderRandomly({ folder, operations: OPERATIONS, random: createRandom(SEED), pictures });
      const quiet = performance.now();
      let differences: string[] = [];
      await waitUntilFound(async () => {
        differences = await findDifferences(folder);
        return differences.length === 0;
      }).catch(() => {});
      if (process.env.SAFELIGHT_FOLDER_OPERATIONS)
        console.info(`in step ${Math.round(performance.now() - quiet)} ms after the last operation`);
      expect(differences).toEqual([]);
      server.kill("SIGTERM");
      expect(await server.ended).toMatchObject({ code: 0 });
      expect(await judgeDirectory(place.data)).toMatchObject({ half: [], wrong: [] });
    },
    240_000 + OPERATIONS * 200,
  );
});
