import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ConfigurationInput } from "../../../src/domain/model/pipeline-config.js";
import { toRenditionFileName } from "../../../src/domain/model/rendition.js";
import { toVersionLabel } from "../../../src/domain/model/version.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);
const BYTES = new TextEncoder().encode("IMG png 64x48 payload");

/** A few specs out of few, so that two configurations often share some of them. */
const configurations: fc.Arbitrary<ConfigurationInput> = fc
  .dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.record({
      width: fc.constantFrom(8, 16),
      format: fc.constantFrom<("jpeg" | "webp")[][]>(["jpeg"], ["webp"], ["webp", "jpeg"]),
    }),
    { minKeys: 1 },
  )
  .map((thumbnails) => ({ thumbnails }));

const getTomorrow = () => new Date(Date.now() + 86_400_000);

async function openImage(config: ConfigurationInput = {}) {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, config, engine: createFakeEngine() });
  await pipeline.process({ key: KEY, bytes: BYTES });
  const configure = (other: ConfigurationInput, engine = createFakeEngine(), clock = () => new Date()) =>
    definePipeline({ ...ports, config: other, engine, clock });
  return { ports, pipeline, configure };
}

describe("the explanation of an image", () => {
  it("says that nothing is to be done, and which change made each file", async () => {
    const { ports, pipeline } = await openImage();
    const { version, edition } = (await ports.records.get(ID)) ?? {};
    const explanation = await pipeline.explain(ID);
    expect(explanation).toMatchObject({
      status: "ready",
      version,
      edition,
      configuration: "same",
      original: "same",
      findings: [],
      next: "nothing",
    });
    expect(explanation?.files.map((file) => [file.state, file.next, file.madeBy])).toEqual([
      ["current", "keep", version],
      ["current", "keep", version],
    ]);
  });

  it("foretells what settling the image under any other configuration does with each file", async () => {
    await fc.assert(
      fc.asyncProperty(configurations, configurations, fc.option(fc.nat()), async (old, other, lost) => {
        const { ports, configure } = await openImage(old);
        const before = (await ports.records.get(ID))?.renditions ?? [];
        const gone = lost === null ? undefined : before[lost % before.length];
        if (gone) await ports.renditions.delete(gone.key);
        const pipeline = configure(other);
        const foretold = (await pipeline.explain(ID))?.files ?? [];
        await pipeline.requestProcessing(KEY);
        await pipeline.drainQueue();
        const after = (await ports.records.get(ID))?.renditions ?? [];
        const select = (next: string) =>
          foretold
            .filter((file) => file.next === next)
            .map(({ name = "", format = "jpeg" }) => toRenditionFileName({ name, format }))
            .sort();
        const keys = new Set(before.map(({ key }) => key));
        const listNames = (renditions: typeof after) => renditions.map(toRenditionFileName).sort();
        expect(select("keep")).toEqual(listNames(after.filter(({ key }) => keys.has(key))));
        expect(select("render")).toEqual(listNames(after.filter(({ key }) => !keys.has(key))));
        expect(await pipeline.explain(ID)).toMatchObject({ next: "nothing", configuration: "same" });
      }),
      { numRuns: 150 },
    );
  });

  it("names the versions of files that different requests made", async () => {
    const { configure } = await openImage({ thumbnails: { a: { width: 8 } } });
    const pipeline = configure({ thumbnails: { a: { width: 8 }, b: { width: 9 } } });
    await pipeline.requestProcessing(KEY);
    await pipeline.drainQueue();
    const files = (await pipeline.explain(ID))?.files ?? [];
    expect(files.map(({ madeBy }) => madeBy?.revision)).toEqual([0, 1]);
    expect(new Set(files.map(({ madeBy }) => madeBy && toVersionLabel(madeBy))).size).toBe(2);
  });

  it("leaves alone what only another engine has rendered, and removes what lost its original", async () => {
    const { ports, pipeline, configure } = await openImage();
    const other = configure({}, { ...createFakeEngine(), version: "another" });
    expect(await other.explain(ID)).toMatchObject({ configuration: "other-engine", next: "leave" });
    await ports.originals.delete(KEY);
    // As reconcile does: a handler may be at work on what is this young.
    expect(await pipeline.explain(ID)).toMatchObject({ original: "none", findings: [], next: "wait" });
    expect(await configure({}, createFakeEngine(), getTomorrow).explain(ID)).toMatchObject({
      original: "none",
      next: "remove",
    });
    expect(await pipeline.explain(deriveImageId("never.png"))).toBeUndefined();
  });

  it("does not call stuck what was uploaded a moment ago", async () => {
    const ports = memory();
    const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
    await pipeline.upload({ key: KEY, bytes: BYTES });
    expect(await pipeline.explain(ID)).toMatchObject({ status: "pending", findings: [], next: "wait" });
    const later = definePipeline({ ...ports, engine: createFakeEngine(), clock: getTomorrow });
    const explanation = await later.explain(ID);
    expect(explanation?.findings.map(({ kind }) => kind)).toEqual(["stuck-pending"]);
    expect(explanation?.next).toBe("close");
  });

  it("shows files that no record names", async () => {
    const { ports, pipeline } = await openImage();
    const stray = `${ID}/0-zz-7/print/stray.jpg`;
    await ports.renditions.put(stray, BYTES, { contentType: "image/jpeg" });
    const files = (await pipeline.explain(ID))?.files ?? [];
    expect(files.at(-1)).toMatchObject({
      key: stray,
      state: "orphaned",
      next: "delete",
      madeBy: { revision: 7 },
    });
  });
});
