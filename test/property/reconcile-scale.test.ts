import { expect, it } from "@jest/globals";
import { DIFFERS } from "../support/computed-stores.js";
import { chooseCount } from "../support/sample.js";
import { startChild } from "../support/typescript-child.js";

const count = chooseCount({ fast: 3_000, ordinary: 3_000, long: 60_000 }, "SAFELIGHT_IMAGES");

/** Of fewer images than this, a tenth is too few to compare memory with. */
const MANY = 60_000;

it(`compares ${count} images in memory that does not grow with them, by lists, batches of a hundred and one scan`, async () => {
  const child = startChild("reconcile-child.ts", String(count));
  try {
    const said = JSON.parse((await child.readLine()) ?? "");
    const different = Math.ceil(count / DIFFERS);
    // By turns, from the first one on.
    const [first, second, third] = [0, 1, 2].map((turn) => Math.ceil((different - turn) / 3));
    expect(said).toMatchObject({
      findings: { "unrecorded-original": first, "missing-original": second, "outdated-configuration": third },
    });
    const pages = Math.ceil(count / 1_000);
    expect(said.calls).toEqual({
      "originals.list": pages,
      "renditions.list": Math.ceil(count / 500),
      getMany: expect.any(Number),
      scan: pages,
      get: 2 * different,
      "originals.head": different,
      "renditions.list of one image": different,
    });
    // One for each hundred originals, and for each hundred images with files.
    expect(said.calls.getMany).toBeLessThanOrEqual(2 * (count / 100));
    expect(said.calls.getMany).toBeGreaterThan(1.9 * (count / 100));
    if (count >= MANY) expect(said.highest / said.atTenth).toBeLessThanOrEqual(1.1);
  } finally {
    await child.kill();
  }
}, 1_200_000);

const onSqlite = chooseCount({ fast: 200, ordinary: 200, long: 6_000 }, "SAFELIGHT_SQLITE_IMAGES");

it(`compares ${onSqlite} images on SQLite by lists, batches of a hundred and one scan, in memory that does not grow with them`, async () => {
  const child = startChild("reconcile-local-child.ts", String(onSqlite));
  try {
    const said = JSON.parse((await child.readLine()) ?? "");
    const pages = Math.ceil(onSqlite / 1_000);
    const different = Math.ceil(onSqlite / 1_000);
    expect(said.calls).toMatchObject({
      "records.get": 2 * different,
      "originals.head": different,
    });
    for (const [call, most] of [
      ["originals.list", pages],
      ["renditions.list", pages + different],
      ["records.scan", pages],
      ["records.getMany", 2 * Math.ceil(onSqlite / 100) + 2],
    ] as const)
      expect([call, said.calls[call] <= most + 1]).toEqual([call, true]);
    if (onSqlite >= MANY) expect(said.highest / said.atTenth).toBeLessThanOrEqual(1.1);
  } finally {
    await child.kill();
  }
}, 1_200_000);
