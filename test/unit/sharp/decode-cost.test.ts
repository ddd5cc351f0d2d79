import { describe, expect, it } from "@jest/globals";
import { type CostFacts, estimateDecodeCost } from "../../../src/adapters/sharp/inspect/decode-cost.js";
import { buildTiffShape } from "../../support/shapes.js";

const SQUARE = {
  width: 10_000,
  height: 10_000,
  channels: 3,
  hasAlpha: false,
  depth: "uchar",
  isProgressive: false,
};
const NO_BYTES = new Uint8Array();

const estimate = (facts: Partial<CostFacts>, format: Parameters<typeof estimateDecodeCost>[2], frames = 1) =>
  estimateDecodeCost({ ...SQUARE, ...facts }, frames, format, NO_BYTES) / 1e6;

describe("The cost of decoding", () => {
  it("follows from the format: a progressive JPEG costs seven times a plain one", () => {
    expect([estimate({}, "jpeg"), estimate({ isProgressive: true }, "jpeg")]).toEqual([100, 700]);
    expect(estimate({ isProgressive: true, depth: "ushort" }, "png")).toBe(1_000);
    expect(estimate({}, "webp")).toBe(500);
    expect(estimate({ depth: "ushort", channels: 4 }, "avif")).toBe(4_800);
  });

  it("counts whole lines, however few there are", () => {
    const costs = [10_000, 100_000, 1_000_000].map((width) =>
      estimate({ width, height: 3e7 / width, channels: 4 }, "png"),
    );
    expect(costs).toEqual([132, 548, 1_808]);
    expect(estimate({ width: 1_000_000, height: 3 }, "tiff")).toBe(405);
  });

  it("counts fewer of them for a JPEG, which is decoded at a fraction of its size", () => {
    const size = { width: 65_500, height: 1_500 };
    expect(estimate(size, "jpeg") * 4).toBeCloseTo(estimate(size, "tiff"));
  });

  it("is not more than pixels cost for a photograph of 50 megapixels", () => {
    expect(estimate({ width: 8_660, height: 5_774 }, "jpeg")).toBe(50.00284);
  });

  it("counts a row of tiles, however high they are", async () => {
    const tile = [16, 8_192] as const;
    const tiff = await buildTiffShape(30_000, 100, { samples: 3, bits: 8, tile });
    const facts = { ...SQUARE, width: 30_000, height: 100 };
    expect(estimateDecodeCost(facts, 1, "tiff", tiff)).toBe(30_000 * 8_192 * 3);
  });

  it("counts the frames of an animation", () => {
    const size = { width: 100, height: 100 };
    expect(estimate(size, "png", 900)).toBe(54);
    expect(estimate(size, "gif", 900)).toBeCloseTo(45 + 1.2);
  });
});
