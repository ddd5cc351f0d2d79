import assert from "node:assert/strict";
import fc from "fast-check";
import { getKnownGoodPicture } from "../../../domain/model/known-good-picture.js";
import type { MetadataPolicy } from "../../../domain/model/pipeline-config.js";
import { planRenditions, type RenderPlan } from "../../../domain/model/render-plan.js";
import { toRenditionFileName } from "../../../domain/model/rendition.js";
import { FITS, GRAVITIES, type ThumbnailSpecs, thumbnailSpec } from "../../../domain/model/thumbnail-spec.js";
import type { RenderedImage } from "../../image-engine.js";
import { assertSame, draw, refuses, requireHook } from "../expectations.js";
import { checkAgainstPlan } from "./check-against-plan.js";
import { type ImageEngineHarness, type ImageEngineLaw, inspectSamples, NO_LIMITS } from "./harness.js";

/** Small, and of every kind: each output format, cropped, padded, stretched, enlarged, and a copy in the middle. */
const SPECS: ThumbnailSpecs = {
  jpeg: thumbnailSpec({ width: 9, height: 7, format: "jpeg" }),
  png: thumbnailSpec({ width: 8, height: 11, fit: "contain", format: "png" }),
  webp: thumbnailSpec({ width: 6, height: 6, position: "attention", format: "webp", effort: "fast" }),
  master: { copy: true },
  gif: thumbnailSpec({ width: 5, height: 9, fit: "fill", format: "gif" }),
  avif: thumbnailSpec({ height: 16, upscale: true, format: "avif", effort: "fast" }),
  original: thumbnailSpec({ width: 7 }),
  several: thumbnailSpec({ width: 8, format: ["webp", "png"], effort: "fast" }),
};

const anySpec = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    fit: fc.constantFrom(...FITS),
    position: fc.oneof(
      fc.constantFrom(...GRAVITIES, "attention" as const, "entropy" as const),
      fc.record({
        x: fc.double({ min: 0, max: 1, noNaN: true }),
        y: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    ),
    format: fc.constantFrom("jpeg" as const, "png" as const, "webp" as const, "gif" as const),
    upscale: fc.boolean(),
    animated: fc.boolean(),
  })
  .map((spec) => thumbnailSpec({ ...spec, effort: "fast" }));

/** The laws of an image engine about `render`. */
export const RENDERING_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "render carries out the whole plan, in its order",
    check: async (harness) => {
      for (const { plan, outputs } of await renderAll(harness)) {
        assertSame(outputs.map(toRenditionFileName), plan.outputs.map(toRenditionFileName), "the outputs");
      }
    },
  },
  {
    name: "every output has exactly the planned size and format",
    check: async (harness) => {
      for (const { plan, outputs } of await renderAll(harness))
        await checkAgainstPlan(harness, plan, outputs);
    },
  },
  {
    name: "every output of any spec has exactly the planned size and format",
    check: async (harness, trials) => {
      const samples = await inspectSamples(harness);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...samples), anySpec, async ({ sample, facts }, spec) => {
          const plan = planRenditions(facts, { thumbnails: { any: spec }, metadata: "strip" });
          await checkAgainstPlan(harness, plan, (await harness.engine.render(sample.bytes, plan)).outputs);
        }),
        draw(trials),
      );
    },
  },
  {
    name: "every output is upright without an orientation tag",
    check: async (harness) => {
      for (const metadata of ["strip", "keep-copyright", "keep-all"] as const) {
        for (const { plan, outputs } of await renderAll(harness, metadata)) {
          for (const { name, bytes } of planRendering(plan, outputs, "image")) {
            const { orientation } = await harness.engine.inspect(bytes, NO_LIMITS);
            assertSame(orientation, 1, `the orientation of ${name} under ${metadata}`);
          }
        }
      }
    },
  },
  {
    name: "no output carries metadata that the plan does not keep",
    check: async (harness) => {
      const carried = await Promise.all(harness.samples.map(({ bytes }) => harness.listMetadataKinds(bytes)));
      assert.ok(carried.flat().length > 0, "expected a sample that carries metadata");
      for (const { plan, outputs } of await renderAll(harness)) {
        for (const { name, bytes } of planRendering(plan, outputs, "image")) {
          assertSame(await harness.listMetadataKinds(bytes), [], `the metadata of ${name}`);
        }
      }
    },
  },
  {
    name: "a copy is the original's bytes",
    check: async (harness) => {
      for (const { original, plan, outputs } of await renderAll(harness)) {
        for (const { bytes } of planRendering(plan, outputs, "copy")) assertSame(bytes, original, "the copy");
      }
    },
  },
  {
    name: "the same bytes and plan give the same outputs",
    check: async (harness) => {
      const first = await renderAll(harness);
      const again = await renderAll(harness);
      assertSame(again, first, "the second rendering");
    },
  },
  {
    name: "render throws corrupt-image when the pixels do not decode to the end, and gives no part of the outputs",
    check: async ({ engine, truncated }) => {
      const facts = await engine.inspect(truncated.bytes, NO_LIMITS);
      const plan = planRenditions(facts, { thumbnails: SPECS, metadata: "strip" });
      await refuses(
        "corrupt-image",
        engine.render(truncated.bytes, plan),
        "an image whose pixels end too early",
      );
    },
  },
  {
    name: "render throws decoder-crashed when decoding had to be stopped",
    check: async ({ engine, endless }) => {
      const bytes = requireHook(endless, "endless");
      const facts = await engine.inspect(bytes, NO_LIMITS);
      const plan = planRenditions(facts, { thumbnails: SPECS, metadata: "strip" });
      await refuses("decoder-crashed", engine.render(bytes, plan), "an image that takes too much to decode");
    },
  },
  {
    name: "the known good picture of each format that the engine reads is rendered as planned",
    check: async (harness) => {
      const { engine, samples } = harness;
      for (const format of new Set(samples.map((sample) => sample.format))) {
        const bytes = engine.getKnownGoodPicture?.(format) ?? getKnownGoodPicture(format);
        const facts = await engine.inspect(bytes, { ...NO_LIMITS, formats: [format] });
        const plan = planRenditions(facts, { thumbnails: SPECS, metadata: "strip" });
        await checkAgainstPlan(harness, plan, (await engine.render(bytes, plan)).outputs);
      }
    },
  },
  {
    name: "render only reads the bytes, it never changes them",
    check: async (harness) => {
      const before = harness.samples.map(({ bytes }) => bytes.slice());
      for (const { outputs } of await renderAll(harness)) for (const { bytes } of outputs) bytes.fill(0);
      assertSame(
        harness.samples.map(({ bytes }) => bytes),
        before,
        "the originals, their copies overwritten",
      );
    },
  },
];

interface Rendering {
  readonly original: Uint8Array;
  readonly plan: RenderPlan;
  readonly outputs: readonly RenderedImage[];
}

async function renderAll(
  harness: ImageEngineHarness,
  metadata: MetadataPolicy = "strip",
): Promise<readonly Rendering[]> {
  const all: Rendering[] = [];
  for (const { sample, facts } of await inspectSamples(harness)) {
    const plan = planRenditions(facts, { thumbnails: SPECS, metadata });
    all.push({
      original: sample.bytes,
      plan,
      outputs: (await harness.engine.render(sample.bytes, plan)).outputs,
    });
  }
  return all;
}

function planRendering(
  plan: RenderPlan,
  outputs: readonly RenderedImage[],
  kind: "image" | "copy",
): readonly RenderedImage[] {
  const names = plan.outputs.filter((output) => output.kind === kind).map(({ name }) => name);
  return outputs.filter(({ name }) => names.includes(name));
}
