import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { SafelightError } from "../../src/domain/model/errors.js";
import { DAMAGE_KINDS, type Diagnosis, type FindingKind } from "../../src/domain/model/finding.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import { renditionKey } from "../../src/domain/model/storage-layout.js";
import { PENDING_VERSION, version } from "../../src/domain/model/version.js";
import type { BlobStore } from "../../src/ports/blob-store.js";
import { createRecord } from "../../src/ports/contracts/metadata-repository/records.js";
import type { ImageEngine } from "../../src/ports/image-engine.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { CONFIG, DamagedPlace, damages } from "../support/damage.js";
import { judgePlace, readEverything } from "../support/damage-oracle.js";
import { replaceMethods } from "../support/liars/liar.js";
import { chooseCount, SEED } from "../support/sample.js";

const HOUR = 60 * 60 * 1_000;
const numRuns = chooseCount({ fast: 200, ordinary: 200, long: 500 }, "SAFELIGHT_DAMAGES");
/** How often each kind of damage must be met: the rarest is in one state of fifty, and a sample must not fail by chance. */
const LEAST = numRuns < 1_000 ? 1 : numRuns / 100;
const picture = createFakeImage({ format: "png", width: 40, height: 30 });

describe("the doctor", () => {
  it("brings any damaged state to what one pass over the originals would give", async () => {
    const seen = new Map<FindingKind, number>();
    await fc.assert(
      fc.asyncProperty(damages, async (acts) => {
        const place = new DamagedPlace();
        for (const act of acts) await place.perform(act);
        // Whoever was at work is dead by now.
        place.adapters.queue.abandon();
        place.now += 2 * HOUR;
        const repaired = await place.pipeline.doctor({ repair: true });
        for (const { kind } of repaired) seen.set(kind, (seen.get(kind) ?? 0) + 1);
        expect(repaired.filter((diagnosis) => !diagnosis.repaired)).toEqual([]);
        await judgePlace(place);
        // Later, when what the repair itself wrote has come of age too.
        place.now += 2 * HOUR;
        expect(await place.pipeline.doctor()).toEqual([]);
        expect(await place.pipeline.doctor({ repair: true })).toEqual([]);
        await judgePlace(place);
      }),
      { numRuns, endOnFailure: true, seed: SEED },
    );
    // A suite that never meets a kind of damage proves nothing about it.
    expect(DAMAGE_KINDS.filter((kind) => (seen.get(kind) ?? 0) < LEAST)).toEqual([]);
  }, 600_000);

  it("changes nothing unless it is asked to", async () => {
    await fc.assert(
      fc.asyncProperty(damages, async (acts) => {
        const place = new DamagedPlace();
        for (const act of acts) await place.perform(act);
        place.now += 2 * HOUR;
        const before = await readEverything(place);
        const found = await place.pipeline.doctor();
        expect(await readEverything(place)).toEqual(before);
        expect(found.filter(({ repaired }) => repaired)).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 10), endOnFailure: true, seed: SEED },
    );
  }, 600_000);

  it("leaves young files alone, which may belong to a handler, and deletes old ones", async () => {
    const place = new DamagedPlace();
    const file = `${deriveImageId("a.png")}/0-F-0/x/thumb.png`;
    await place.adapters.renditions.put(file, picture, { contentType: "image/png" });
    place.now += HOUR - 1_000;
    expect(await place.pipeline.doctor({ repair: true })).toEqual([]);
    expect((await place.adapters.renditions.head(file)).key).toBe(file);
    const [found] = await place.pipeline.doctor({ graceMs: 0 });
    expect(found).toEqual({
      kind: "orphaned-rendition",
      imageId: deriveImageId("a.png"),
      rendition: file,
      repaired: false,
    });
    place.now += 2_000;
    expect(await place.pipeline.doctor({ repair: true })).toEqual([{ ...found, repaired: true }]);
    await expect(place.adapters.renditions.head(file)).rejects.toMatchObject({ code: "not-found" });
  });

  it("leaves files that Safelight did not make alone", async () => {
    const place = new DamagedPlace();
    for (const file of ["readme.txt", `${deriveImageId("a.png")}/note.txt`])
      await place.adapters.renditions.put(file, picture, { contentType: "text/plain" });
    place.now += 2 * HOUR;
    expect(await place.pipeline.doctor({ repair: true })).toEqual([]);
    expect((await place.adapters.renditions.list("")).items).toHaveLength(2);
  });

  it("reports what it could not repair, and repairs the rest", async () => {
    const place = new DamagedPlace();
    for (const key of ["a.png", "b.png"] as const) {
      await place.pipeline.process({ key, bytes: picture });
      await place.perform(["deleteRendition", key, 0]);
    }
    const { originals } = place.adapters;
    const failing = replaceMethods<BlobStore>(originals, {
      get: async (key, options) => {
        if (key === "a.png") throw new Error("the disk is on fire");
        return originals.get(key, options);
      },
    });
    const ports = { ...place.adapters, originals: failing, engine: createFakeEngine(), config: CONFIG };
    const told = await definePipeline({ ...ports, clock: () => place.advanceClock() }).doctor({
      repair: true,
    });
    const outcomes = new Map<string | undefined, unknown>(
      told.map(({ key, repaired, problem }) => [key, { repaired, problem }]),
    );
    expect(outcomes.get("a.png")).toEqual({ repaired: false, problem: "the disk is on fire" });
    expect(outcomes.get("b.png")).toEqual({ repaired: true });
  });

  it("does not delete a file that its handler commits at the same moment", async () => {
    const place = new DamagedPlace();
    const { records, renditions, originals } = place.adapters;
    await originals.put("a.png", picture, { contentType: "image/png" });
    await place.loseChanges();
    const settled = version({ sequencer: "1", revision: 0 });
    const file = renditionKey(deriveImageId("a.png"), settled, "x", "thumb", "png");
    await renditions.put(file, picture, { contentType: "image/png" });
    place.now += 2 * HOUR;
    let deletions = 0;
    const remove = async (keys: readonly string[]) => {
      deletions += 1;
      if (deletions > 1) return renditions.deleteAll(keys);
      // The handler lives after all, and commits between the last look and the deletion.
      const rendition = {
        name: "thumb",
        key: file,
        recipe: "r",
        format: "png" as const,
        width: 8,
        height: 6,
        bytes: 9,
      };
      await records.commit(
        createRecord("a.png", {
          version: settled,
          createdAt: (await originals.head("a.png")).storedAt.toISOString(),
          renditions: [{ ...rendition, watermarked: false }],
        }),
        { replacing: "nothing" },
      );
      return renditions.deleteAll(keys);
    };
    const racing = replaceMethods<BlobStore>(renditions, { deleteAll: remove });
    const ports = { ...place.adapters, renditions: racing, engine: createFakeEngine(), config: CONFIG };
    await definePipeline({ ...ports, clock: () => place.advanceClock() }).doctor({ repair: true });
    await judgePlace(place);
  });

  it("leaves an old file alone if a handler has just written it again", async () => {
    const place = new DamagedPlace();
    const { renditions } = place.adapters;
    const settled = version({ sequencer: "1", revision: 0 });
    const file = renditionKey(deriveImageId("a.png"), settled, "x", "thumb", "png");
    await renditions.put(file, picture, { contentType: "image/png" });
    place.now += 2 * HOUR;
    const written = replaceMethods<BlobStore>(renditions, {
      head: async (key) => {
        await renditions.put(key, picture, { contentType: "image/png" });
        return renditions.head(key);
      },
    });
    const ports = { ...place.adapters, renditions: written, engine: createFakeEngine(), config: CONFIG };
    await definePipeline({ ...ports, clock: () => place.advanceClock() }).doctor({ repair: true });
    expect((await renditions.head(file)).key).toBe(file);
  });

  it("purges a tombstone that has expired, and no other", async () => {
    const place = new DamagedPlace();
    await place.pipeline.process({ key: "a.png", bytes: picture });
    await place.pipeline.remove(deriveImageId("a.png"));
    place.now += 29 * 24 * HOUR;
    expect(await place.pipeline.doctor({ repair: true })).toEqual([]);
    expect((await place.record("a.png"))?.status).toBe("removed");
    place.now += 2 * 24 * HOUR;
    expect(await place.pipeline.doctor({ repair: true })).toEqual([
      { kind: "expired-tombstone", imageId: deriveImageId("a.png"), key: "a.png", repaired: true },
    ]);
    expect(await place.record("a.png")).toBeUndefined();
  });

  it("tries an image again whose decoding had crashed, and finds nothing more once that succeeds", async () => {
    const place = new DamagedPlace();
    const engine = createFakeEngine();
    const crashing: ImageEngine = {
      ...engine,
      isolated: true,
      render: async (bytes, plan) => {
        if (Buffer.from(bytes).equals(picture)) throw new SafelightError("decoder-crashed", "it died");
        return engine.render(bytes, plan);
      },
    };
    const readClock = () => place.advanceClock();
    const broken = definePipeline({ ...place.adapters, engine: crashing, config: CONFIG, clock: readClock });
    await broken.process({ key: "a.png", bytes: picture });
    expect((await place.record("a.png"))?.failure).toEqual({ code: "decoder-crashed", message: "it died" });
    expect(await place.pipeline.doctor({ repair: true })).toEqual([]);
    place.now += 2 * HOUR;
    const finding = { kind: "crashed-decoding" as const, imageId: deriveImageId("a.png"), key: "a.png" };
    expect(await broken.doctor({ repair: true })).toEqual([{ ...finding, repaired: true }]);
    expect((await place.record("a.png"))?.status).toBe("rejected");
    place.now += 2 * HOUR;
    expect(await place.pipeline.doctor({ repair: true })).toEqual([{ ...finding, repaired: true }]);
    await judgePlace(place);
    place.now += 2 * HOUR;
    expect(await place.pipeline.doctor()).toEqual([]);
  });

  it("leaves a pending image alone as long as a handler may take", async () => {
    const place = new DamagedPlace();
    await place.pipeline.upload({ key: "a.png", bytes: picture });
    await place.loseChanges();
    expect((await place.record("a.png"))?.version).toEqual(PENDING_VERSION);
    expect(await place.pipeline.doctor({ repair: true })).toEqual([]);
    place.now += 2 * HOUR;
    const expected: readonly Diagnosis[] = [
      { kind: "stuck-pending", imageId: deriveImageId("a.png"), key: "a.png", repaired: true },
    ];
    expect(await place.pipeline.doctor({ repair: true })).toEqual(expected);
    await judgePlace(place);
  });
});
