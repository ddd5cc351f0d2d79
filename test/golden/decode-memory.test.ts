import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { takeSampleOfTests } from "../support/sampled-tests.js";
import { buildPngShape, buildTiffShape, drawShape } from "../support/shapes.js";
import { startChild } from "../support/typescript-child.js";

const it = takeSampleOfTests(3);

/** Whatever a decoder and the thumbnails take of any picture, however small. */
const BASE_BYTES = 80e6;

interface Measured {
  readonly outcome: string;
  readonly cost: number;
  readonly memory: number;
}

describe("In a process of its own", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "safelight-memory-"));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  /** Renders a picture in a fresh process of the engine's, without workers, and measures it. */
  async function measure(bytes: Uint8Array): Promise<Measured> {
    const file = join(dir, "picture");
    writeFileSync(file, bytes);
    const child = startChild("measured-child.ts", file);
    try {
      return JSON.parse((await child.readLine()) ?? "") as Measured;
    } finally {
      await child.kill();
    }
  }

  it.each([
    ["a PNG of 16 million columns", () => buildPngShape(16_711_684, 3, { color: 2, depth: 8 })],
    ["a PNG of a million columns", () => buildPngShape(1_000_000, 99, { color: 6, depth: 8 })],
    [
      "an interlaced PNG of a million columns",
      () => buildPngShape(1_000_000, 60, { color: 2, depth: 8, interlaced: true }),
    ],
    [
      "a TIFF of six million columns",
      () => buildTiffShape(6_357_000, 8, { samples: 3, bits: 8, block: Buffer.alloc(90) }),
    ],
    [
      "a TIFF of 16 bits and a million columns",
      () => buildTiffShape(1_000_000, 60, { samples: 4, bits: 16, rowsPerStrip: 16 }),
    ],
    [
      "a TIFF of 62,500 tiles in a row",
      () => buildTiffShape(1_000_000, 3, { samples: 3, bits: 8, tile: [16, 16] }),
    ],
    ["a TIFF of 62,500 tiles", () => buildTiffShape(4_000, 4_000, { samples: 3, bits: 8, tile: [16, 16] })],
  ])("%s is refused before it takes memory", async (_, build) => {
    const { outcome, memory } = await measure(await build());
    expect(outcome).toBe("too-large");
    expect(memory).toBeLessThan(100e6);
  });

  it.each([
    ["a PNG of 60,000 columns", () => buildPngShape(60_000, 400, { color: 2, depth: 8 })],
    ["a PNG of 300,000 columns", () => buildPngShape(300_000, 30, { color: 0, depth: 16 })],
    [
      "a TIFF of 100,000 columns",
      () => buildTiffShape(100_000, 200, { samples: 3, bits: 8, rowsPerStrip: 8 }),
    ],
    ["a GIF of 65,500 columns", () => drawShape(65_500, 60).gif({ effort: 1 }).toBuffer()],
    [
      "a progressive JPEG of 65,500 columns",
      () => drawShape(65_500, 200).jpeg({ progressive: true }).toBuffer(),
    ],
  ])("%s takes no more memory than its estimated cost", async (_, build) => {
    const { outcome, cost, memory } = await measure(await build());
    expect(outcome).toBe("ready");
    expect(memory).toBeLessThan(cost + BASE_BYTES);
    expect(cost).toBeLessThan(700e6);
  });
});
