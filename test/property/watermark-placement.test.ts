import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Asset } from "../../src/domain/model/asset.js";
import { type PlannedImage, planRenditions } from "../../src/domain/model/render-plan.js";
import type { Rectangle, Size } from "../../src/domain/model/size.js";
import { GRAVITIES, thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import {
  computeWatermarkPositions,
  computeWatermarkSize,
  placeWatermark,
} from "../../src/domain/model/watermark-placement.js";
import { type WatermarkPolicy, watermarkPolicy } from "../../src/domain/model/watermark-policy.js";
import { createFacts, generateSizes } from "../support/specs.js";

const policies: fc.Arbitrary<WatermarkPolicy> = fc
  .record({
    place: fc.constantFrom({ tile: true }, ...GRAVITIES.map((gravity) => ({ gravity }))),
    scale: fc.double({ min: 0.01, max: 1, noNaN: true }),
    margin: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 10_000 })),
  })
  .map(({ place, ...sizes }) => watermarkPolicy({ image: Uint8Array.of(1), ...place, ...sizes }));

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.left + inner.width <= outer.left + outer.width &&
    inner.top + inner.height <= outer.top + outer.height
  );
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

function planWatermark(policy: WatermarkPolicy, spec: Parameters<typeof thumbnailSpec>[0], key?: string) {
  const config = { thumbnails: { it: thumbnailSpec(spec) }, metadata: "strip", watermark: policy } as const;
  const [output] = planRenditions(createFacts({ width: 1_000, height: 800 }), config, { key }).outputs;
  return (output as PlannedImage).watermark;
}

describe("A watermark", () => {
  it("stays inside every picture, within its room and its box, whole, and at least one is there", () => {
    fc.assert(
      fc.property(generateSizes(20_000), policies, generateSizes(5_000), (picture, policy, proportions) => {
        const planned = placeWatermark(picture, policy);
        const size = computeWatermarkSize(planned, proportions);
        const places = computeWatermarkPositions(planned, size);
        expect(places.length).toBeGreaterThanOrEqual(1);
        expect(places.length).toBeLessThanOrEqual(1_024);
        expect(contains({ left: 0, top: 0, ...picture }, planned.room)).toBe(true);
        for (const place of places) {
          expect(contains(planned.room, place)).toBe(true);
          expect([place.width, place.height]).toEqual([size.width, size.height]);
        }
        expect(size.width).toBeLessThanOrEqual(Math.max(1, Math.round(picture.width * policy.scale)));
      }),
    );
  });

  it("keeps its proportions to the pixel, unless a side would vanish", () => {
    fc.assert(
      fc.property(generateSizes(20_000), policies, generateSizes(5_000), (picture, policy, proportions) => {
        const planned = placeWatermark(picture, policy);
        const size = computeWatermarkSize(planned, proportions);
        const scale = Math.min(
          planned.box.width / proportions.width,
          planned.box.height / proportions.height,
        );
        const isNear = (side: keyof Size) =>
          size[side] === 1 || Math.abs(size[side] - proportions[side] * scale) <= 0.5 + 1e-6;
        expect([isNear("width"), isNear("height")]).toEqual([true, true]);
      }),
    );
  });

  it("never overlaps another one of its tiling", () => {
    fc.assert(
      fc.property(generateSizes(2_000), policies, generateSizes(500), (picture, policy, proportions) => {
        const planned = placeWatermark(picture, { ...policy, tile: true });
        const places = computeWatermarkPositions(planned, computeWatermarkSize(planned, proportions));
        const [first] = places;
        expect(places.slice(1).filter((other) => first && overlaps(first, other))).toEqual([]);
        expect(new Set(places.map(({ left, top }) => `${left} ${top}`)).size).toBe(places.length);
      }),
    );
  });

  it("keeps its margin wherever the picture has four times as much", () => {
    fc.assert(
      fc.property(generateSizes(5_000), policies, (picture, policy) => {
        const { room } = placeWatermark(picture, policy);
        for (const [start, length, whole] of [
          [room.left, room.width, picture.width],
          [room.top, room.height, picture.height],
        ] as const) {
          expect(start).toBe(Math.min(policy.margin, Math.floor(whole / 4)));
          expect(whole - start - length).toBe(start);
        }
      }),
    );
  });

  it("has the position of its gravity", () => {
    const placeByGravity = (gravity: (typeof GRAVITIES)[number]) => {
      const place = placeWatermark({ width: 400, height: 200 }, watermarkPolicy({ text: "a", gravity }));
      return computeWatermarkPositions(place, computeWatermarkSize(place, { width: 10, height: 1 })).map(
        ({ left, top }) => [left, top],
      );
    };
    expect(placeByGravity("southeast")).toEqual([[284, 174]]);
    expect(placeByGravity("northwest")).toEqual([[16, 16]]);
    expect(placeByGravity("center")).toEqual([[150, 95]]);
    expect(placeByGravity("north")).toEqual([[150, 16]]);
    expect(placeByGravity("west")).toEqual([[16, 95]]);
  });
});

describe("A watermark policy", () => {
  const text = "a";

  it("watermarks every rendition that is wide enough", () => {
    const policy = watermarkPolicy({ text });
    expect(planWatermark(policy, { width: 199 })).toBeUndefined();
    expect(planWatermark(policy, { width: 200 })).toMatchObject({ opacity: 0.6, gravity: "southeast" });
  });

  it("watermarks the specs that it names, unless the spec says otherwise", () => {
    expect(planWatermark(watermarkPolicy({ text, specs: ["other"] }), { width: 300 })).toBeUndefined();
    expect(planWatermark(watermarkPolicy({ text, specs: ["it"] }), { width: 300 })).toBeDefined();
    expect(planWatermark(watermarkPolicy({ text, specs: [] }), { width: 30, watermark: true })).toBeDefined();
    expect(planWatermark(watermarkPolicy({ text }), { width: 300, watermark: false })).toBeUndefined();
  });

  it("watermarks the keys with its prefixes, and without a key only if it has no prefix", () => {
    const policy = watermarkPolicy({ text, prefixes: ["public/", "press/"] });
    expect(planWatermark(policy, { width: 300 }, "press/a.jpg")).toBeDefined();
    for (const key of ["private/press/a.jpg", undefined])
      expect(planWatermark(policy, { width: 300, watermark: true }, key)).toBeUndefined();
  });

  it("never watermarks a copy", () => {
    const config = {
      thumbnails: { it: { copy: true } },
      metadata: "strip",
      watermark: watermarkPolicy({ text }),
    } as const;
    const [output] = planRenditions(createFacts({ width: 1_000, height: 800 }), config).outputs;
    expect(output).not.toHaveProperty("watermark");
  });

  it("prints its image and font by digest, so that other bytes give another plan", () => {
    const plan = (byte: number) =>
      JSON.stringify(
        planWatermark(watermarkPolicy({ image: new Asset(Uint8Array.of(byte)) }), {
          width: 300,
        }),
      );
    expect(plan(1)).toContain(new Asset(Uint8Array.of(1)).sha256);
    expect(plan(1)).not.toBe(plan(2));
    const planWithFont = (font: Asset) =>
      JSON.stringify(planWatermark(watermarkPolicy({ text, font }), { width: 300 }));
    expect(planWithFont(new Asset(Uint8Array.of(1)))).not.toBe(planWithFont(new Asset(Uint8Array.of(2))));
  });

  it("keeps the bytes of its image on the way to another process", () => {
    const image = new Asset(Uint8Array.of(1, 2, 3));
    const sent = structuredClone(planWatermark(watermarkPolicy({ image }), { width: 300 }));
    expect(sent?.watermark).toEqual({
      kind: "image",
      image: { sha256: image.sha256, bytes: Uint8Array.of(1, 2, 3) },
    });
  });
});
