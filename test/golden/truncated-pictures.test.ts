import { describe, expect } from "@jest/globals";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { renderAll } from "../support/engine.js";
import { drawTestImage } from "../support/images.js";
import { buildPlainTiff, drawPlainJpeg, insertBytes } from "../support/odd-images.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(2);

const SPECS = { it: thumbnailSpec({ width: 16, format: "png" }) };

const SIZE = { width: 16, height: 12 };

/** A picture, and how many bytes behind its last pixel a viewer can do without. */
type Cut = readonly [name: string, make: () => Promise<Uint8Array> | Uint8Array, dispensable: number];

/** The end marker of a JPEG, the last chunk of a PNG, the trailer of a GIF, a text of a TIFF. */
const CUTS: readonly Cut[] = [
  ["JPEG", () => drawTestImage(SIZE), 2],
  ["progressive JPEG", () => drawTestImage({ ...SIZE, progressive: true }), 2],
  ["JPEG with stray bytes", async () => insertBytes(await drawPlainJpeg(SIZE), 20, Buffer.alloc(7, 1)), 2],
  ["PNG", () => drawTestImage({ ...SIZE, format: "png" }), 12],
  ["interlaced PNG", () => drawTestImage({ ...SIZE, format: "png", progressive: true }), 12],
  ["WebP", () => drawTestImage({ ...SIZE, format: "webp", alpha: true }), 0],
  ["GIF", () => drawTestImage({ ...SIZE, format: "gif" }), 1],
  ["TIFF", () => drawTestImage({ ...SIZE, format: "tiff" }), 0],
  ["TIFF with a fault", () => buildPlainTiff([[274, 3, [9]]]), 0],
  ["TIFF whose text comes last", () => buildPlainTiff([[305, 2, "the software of somebody\0"]]), 25],
  ["AVIF", () => drawTestImage({ ...SIZE, format: "avif" }), 0],
];

describe("A picture that ends early", () => {
  it.each(CUTS)("is refused at every byte: %s", async (_, make, dispensable) => {
    const whole = await make();
    const { outputs: expected } = await renderAll(whole, SPECS);
    const wrong: string[] = [];
    for (let length = 0; length < whole.length; length++) {
      const outcome = await renderAll(whole.subarray(0, length), SPECS).then(
        ({ outputs }) => (isSame(outputs[0]?.bytes, expected[0]?.bytes) ? "same" : "other pixels"),
        (error) => error.code,
      );
      const isRefused = outcome === "corrupt-image" || (length < 24 && outcome === "unsupported-format");
      const lacksNothing = outcome === "same" && length >= whole.length - dispensable;
      if (!isRefused && !lacksNothing) wrong.push(`${length} of ${whole.length}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });
});

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.from(a).equals(b);
}
