import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import {
  computeConfigurationDigest,
  DEFAULT_CONFIG,
  type PipelineConfig,
} from "../../../src/domain/model/pipeline-config.js";
import type { TaggingPolicy } from "../../../src/domain/model/tagging-policy.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import type { ImageTagger, Tag, TaggingInput } from "../../../src/ports/image-tagger.js";
import {
  createFakeEngine,
  createFakeImage,
  readFakeMetadataKinds,
} from "../../../src/testing/fake-engine.js";
import { CORNERS, computeColorDistance, drawTestImage, MARKERS, readColor } from "../../support/images.js";
import { createStoppedClock } from "../../support/memory-harness.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);
const BYTES = createFakeImage({
  format: "png",
  width: 2000,
  height: 1000,
  metadata: ["exif"],
  payload: "one",
});
const OTHER = createFakeImage({ format: "png", width: 2000, height: 1000, payload: "two" });

/** A tagger that remembers what it was shown. */
function createTagger(
  answer: () => readonly Tag[],
  provider = "local",
): ImageTagger & { readonly shown: readonly TaggingInput[] } {
  const shown: TaggingInput[] = [];
  return {
    provider,
    shown,
    tag: async (input) => {
      shown.push(input);
      return answer();
    },
  };
}

const CAT: Tag = { name: "cat", confidence: 99 };

/** A pipeline with tags, and a way to look at it through another configuration. */
function createTaggingPipeline(options: {
  answer?: () => readonly Tag[];
  tagging?: Partial<TaggingPolicy>;
  engine?: ImageEngine;
}) {
  const { answer = () => [CAT], tagging, engine = createFakeEngine() } = options;
  const { clock, pass } = createStoppedClock();
  const ports = memory({ clock });
  const eye = createTagger(answer);
  const lines: unknown[] = [];
  const log = (...line: unknown[]) => lines.push(line);
  const config = {
    ...DEFAULT_CONFIG,
    tagging: { ...DEFAULT_CONFIG.tagging, provider: "local", ...tagging },
  };
  const changeConfig = (changes: Partial<typeof config>) =>
    definePipeline({
      ...ports,
      tagger: { ...eye, provider: changes.tagging?.provider ?? config.tagging.provider },
      engine,
      log,
      config: { ...config, ...changes },
    });
  return { ports, eye, lines, config, withConfig: changeConfig, pass, pipeline: changeConfig({}) };
}

describe("an image that is tagged", () => {
  it("gets the confident tags, each once, the most confident first, up to the maximum", async () => {
    const label = fc.record({
      name: fc.constantFrom("cat", " cat ", "dog", "sea", "sky", "", " "),
      confidence: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(Number.NaN)),
    });
    const policy = fc.record({
      minConfidence: fc.integer({ min: 0, max: 100 }),
      maxLabels: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(label, { maxLength: 8 }), policy, async (labels, tagging) => {
        const { pipeline } = createTaggingPipeline({ answer: () => labels, tagging });
        const { tags } = await pipeline.process({ key: KEY, bytes: BYTES });
        const best = new Map<string, number>();
        for (const { name, confidence } of labels)
          if (name.trim() !== "" && confidence >= tagging.minConfidence)
            best.set(name.trim(), Math.max(best.get(name.trim()) ?? 0, confidence));
        const sureness = tags.map((name) => best.get(name) ?? -1);
        expect(new Set(tags).size).toBe(tags.length);
        expect(tags).toHaveLength(Math.min(best.size, tagging.maxLabels));
        expect(sureness).toEqual([...best.values()].sort((a, b) => b - a).slice(0, tags.length));
      }),
      { numRuns: 60 },
    );
  });

  it("can be found by its tag", async () => {
    const { pipeline } = createTaggingPipeline({});
    await pipeline.process({ key: KEY, bytes: BYTES });
    expect((await pipeline.list({ tag: "cat" })).items.map(({ key }) => key)).toEqual([KEY]);
    expect((await pipeline.list({ tag: "dog" })).items).toEqual([]);
  });

  it("shows the tagger a picture that is not stored: a JPEG of at most 512 pixels without metadata", async () => {
    const { pipeline, eye, ports, withConfig } = createTaggingPipeline({});
    const plan = await pipeline.plan(BYTES);
    expect(plan.tagging).toMatchObject({
      format: "jpeg",
      size: { width: 512, height: 256 },
      metadata: "strip",
    });
    await withConfig({ metadata: "keep-all" }).process({ key: KEY, bytes: BYTES });
    expect(Buffer.from(eye.shown[0]?.jpeg ?? []).toString()).toMatch(/^IMG jpeg 512x256 /);
    expect(readFakeMetadataKinds(eye.shown[0]?.jpeg ?? new Uint8Array())).toEqual([]);
    const record = await pipeline.get(ID);
    expect(record?.renditions.map(({ name }) => name)).toEqual(Object.keys(DEFAULT_CONFIG.thumbnails));
    expect((await ports.renditions.list("")).items).toHaveLength(2);
  });

  it("never shows the tagger more pixels than there are", async () => {
    const { pipeline } = createTaggingPipeline({});
    const plan = await pipeline.plan(createFakeImage({ format: "gif", width: 30, height: 20, frames: 4 }));
    expect(plan.tagging).toMatchObject({ size: { width: 30, height: 20 }, frames: 1 });
  });

  it("is decoded once for its renditions and its tags", async () => {
    let rendered = 0;
    const engine = createFakeEngine();
    const counting: ImageEngine = {
      ...engine,
      render: (bytes, plan) => {
        rendered += 1;
        return engine.render(bytes, plan);
      },
    };
    const { pipeline } = createTaggingPipeline({ engine: counting });
    await pipeline.process({ key: KEY, bytes: BYTES });
    expect(rendered).toBe(1);
  });

  it("is shown upright and without metadata by the real engine, even where renditions keep it", async () => {
    const { withConfig, eye } = createTaggingPipeline({ engine: sharpEngine() });
    const bytes = await drawTestImage({ width: 640, height: 480, orientation: 6, privateMetadata: true });
    const pipeline = withConfig({ metadata: "keep-all" });
    const record = await pipeline.process({ key: "a.jpg", bytes });
    const { jpeg = new Uint8Array(), dominantColor, facts } = eye.shown[0] ?? {};
    expect(computeColorDistance(await readColor(jpeg, 0.1, 0.1), CORNERS.topLeft)).toBeLessThan(40);
    for (const marker of Object.values(MARKERS)) expect(Buffer.from(jpeg).includes(marker)).toBe(false);
    expect(facts?.exif?.position).toBeUndefined();
    expect(dominantColor).toBe(record.placeholder?.dominantColor);
    expect(record.tags).toEqual(["cat"]);
  }, 30_000);
});

describe("a tagger", () => {
  it("is not called again for the same bytes under the same tagging configuration", async () => {
    const { withConfig, pipeline, eye } = createTaggingPipeline({});
    await pipeline.process({ key: KEY, bytes: BYTES });
    const forced = await pipeline.process({ key: KEY, bytes: BYTES }, { force: true });
    const other = withConfig({ thumbnails: { tiny: thumbnailSpec({ width: 4 }) } });
    const resized = await other.process({ key: KEY, bytes: BYTES });
    expect(resized.renditions.map(({ name }) => name)).toEqual(["tiny"]);
    expect([forced.tags, resized.tags, eye.shown.length]).toEqual([["cat"], ["cat"], 1]);
  });

  it("is called again for other bytes, and after any change of the tagging configuration", async () => {
    const { withConfig, pipeline, eye, config } = createTaggingPipeline({});
    await pipeline.process({ key: KEY, bytes: BYTES });
    await pipeline.process({ key: KEY, bytes: OTHER });
    expect(eye.shown).toHaveLength(2);
    const changes: Partial<TaggingPolicy>[] = [
      { provider: "rekognition" },
      { minConfidence: 1 },
      { maxLabels: 1 },
      { moderation: true },
    ];
    for (const [index, change] of changes.entries()) {
      const changed = withConfig({ tagging: { ...config.tagging, ...change } });
      await changed.process({ key: KEY, bytes: OTHER });
      expect(eye.shown).toHaveLength(3 + index);
    }
  });

  it("that fails leaves the image ready without tags, with a log entry, and is called again next time", async () => {
    const answers: (() => readonly Tag[])[] = [
      () => {
        throw new SafelightError("corrupt-image", "I cannot read this");
      },
      () => [CAT],
    ];
    const { pipeline, lines } = createTaggingPipeline({ answer: () => (answers.shift() ?? (() => []))() });
    const first = await pipeline.process({ key: KEY, bytes: BYTES });
    expect(first).toMatchObject({ status: "ready", tags: [] });
    expect(lines).toContainEqual(["warn", "tagging failed", expect.objectContaining({ imageId: ID })]);
    expect((await pipeline.process({ key: KEY, bytes: BYTES }, { force: true })).tags).toEqual(["cat"]);
  });

  it("that is aborted leaves the image as it was", async () => {
    const stop = new AbortController();
    const { pipeline, ports } = createTaggingPipeline({
      answer: () => {
        stop.abort();
        throw new Error("stopped");
      },
    });
    await expect(pipeline.process({ key: KEY, bytes: BYTES }, { signal: stop.signal })).rejects.toMatchObject(
      { name: "AbortError" },
    );
    expect((await ports.records.get(ID))?.status).not.toBe("ready");
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("is not called unless the configuration asks for tags", async () => {
    const { withConfig, eye } = createTaggingPipeline({});
    const pipeline = withConfig({ tagging: { ...DEFAULT_CONFIG.tagging } });
    expect(await pipeline.plan(BYTES)).not.toHaveProperty("tagging");
    expect((await pipeline.process({ key: KEY, bytes: BYTES })).tags).toEqual([]);
    expect(eye.shown).toEqual([]);
  });
});

describe("moderation", () => {
  const answer = () => [CAT, { name: "Weapon", confidence: 85, moderation: true as const }];

  it("rejects an image in which it finds something, and stores nothing of it", async () => {
    const { pipeline, ports } = createTaggingPipeline({ answer, tagging: { moderation: true } });
    const record = await pipeline.process({ key: KEY, bytes: BYTES });
    expect(record).toMatchObject({ status: "rejected", tags: [], failure: { code: "forbidden" } });
    expect(record.failure?.message).toContain("Weapon");
    expect((await ports.renditions.list("")).items).toEqual([]);
    expect((await ports.records.get(ID))?.contentHash).toBe(computeSha256(BYTES));
  });

  it("that is required keeps an image pending while the tagger fails, and a ready one unchanged", async () => {
    const answers: (() => readonly Tag[])[] = [];
    const failTagging = () => {
      throw new SafelightError("corrupt-image", "I cannot read this");
    };
    const { pipeline, ports, pass } = createTaggingPipeline({
      answer: () => (answers.shift() ?? failTagging)(),
      tagging: { moderation: "required" },
    });
    await expect(pipeline.process({ key: KEY, bytes: BYTES })).rejects.toMatchObject({ code: "unavailable" });
    expect((await ports.records.get(ID))?.status).not.toBe("ready");
    expect((await ports.renditions.list("")).items).toEqual([]);
    answers.push(() => [CAT]);
    await pass(60);
    await pipeline.drainQueue();
    const ready = await pipeline.get(ID);
    expect(ready).toMatchObject({ status: "ready", tags: ["cat"] });
    await expect(pipeline.process({ key: KEY, bytes: OTHER })).rejects.toMatchObject({ code: "unavailable" });
    expect(await pipeline.get(ID)).toEqual(ready);
    answers.push(answer);
    await pass(60);
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "rejected", failure: { code: "forbidden" } });
  });

  it("removes renditions from before it was turned on", async () => {
    const { withConfig, config, ports } = createTaggingPipeline({ answer });
    await withConfig({}).process({ key: KEY, bytes: BYTES });
    const strict = withConfig({ tagging: { ...config.tagging, moderation: true } });
    expect((await strict.process({ key: KEY, bytes: BYTES })).status).toBe("rejected");
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it.each([
    ["it is off", { moderation: false }, ["cat", "Weapon"]],
    ["the finding is not sure enough", { moderation: true, minConfidence: 86 }, ["cat"]],
  ])("accepts an image when %s", async (_, tagging, tags) => {
    const { pipeline } = createTaggingPipeline({ answer, tagging });
    expect(await pipeline.process({ key: KEY, bytes: BYTES })).toMatchObject({ status: "ready", tags });
  });
});

describe("at the start", () => {
  const tagging = { ...DEFAULT_CONFIG.tagging, provider: "rekognition" };
  const config = { ...DEFAULT_CONFIG, tagging };
  const defineTagged = (eye?: ImageTagger) => () => {
    const { tagger: _, ...ports } = memory();
    return definePipeline({ ...ports, engine: createFakeEngine(), config, ...(eye && { tagger: eye }) });
  };

  it("a configuration that asks for tags is refused without a tagger", () => {
    expect(defineTagged()).toThrow(
      'expected none, since there is no tagger, for tagging.provider but received "rekognition"',
    );
  });

  it("a tagger other than the configured one is refused", () => {
    expect(defineTagged(createTagger(() => [], "local"))).toThrow(
      'expected none or local for tagging.provider but received "rekognition"',
    );
  });

  it("a tagger without moderation is refused if the configuration asks for it", () => {
    const strict = { ...config, tagging: { ...tagging, moderation: true } };
    const start = (config: PipelineConfig, moderates?: boolean) => () => {
      const eye = { ...createTagger(() => [], "rekognition"), ...(moderates !== undefined && { moderates }) };
      return definePipeline({ ...memory(), engine: createFakeEngine(), config, tagger: eye });
    };
    expect(start(strict, false)).toThrow(
      'expected a tagger that moderates for tagging.moderation but received "one that does not (rekognition)"',
    );
    expect(start({ ...strict, tagging: { ...strict.tagging, provider: "none" } })).toThrow(
      'tagging.provider: expected a provider that moderates but received "none"',
    );
    for (const moderates of [true, undefined]) expect(start(strict, moderates)).not.toThrow();
    expect(start(config, false)).not.toThrow();
  });

  it("a tagger of the configured name is accepted, whatever the name", () => {
    expect(defineTagged(createTagger(() => [], "rekognition"))).not.toThrow();
    const other = { ...DEFAULT_CONFIG, tagging: { ...tagging, provider: "Somebody's vision" } };
    const eye = createTagger(() => [], "Somebody's vision");
    expect(() =>
      definePipeline({ ...memory(), engine: createFakeEngine(), config: other, tagger: eye }),
    ).not.toThrow();
  });

  it("an unknown name is refused in memory, too", () => {
    const start = (provider: string) => () =>
      definePipeline({ ...memory(), engine: createFakeEngine(), config: { tagging: { provider } } });
    expect(start("bogus")).toThrow('expected none or memory for tagging.provider but received "bogus"');
    expect(start("memory")).not.toThrow();
  });

  it("the tagging configuration is part of what identifies a configuration", () => {
    expect(computeConfigurationDigest(config, "1")).not.toBe(computeConfigurationDigest(DEFAULT_CONFIG, "1"));
  });
});
