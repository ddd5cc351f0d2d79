import { describe, expect, it } from "@jest/globals";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { OUTPUT_FORMATS } from "../../../src/domain/model/image-format.js";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import { EFFORTS, type ThumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { drawTestImage } from "../../support/images.js";

const SIZE = { width: 240, height: 160 };

/** Bytes of one output of this spec. */
async function countEncodedBytes(spec: Partial<ThumbnailSpec>): Promise<number> {
  const engine = sharpEngine();
  const config = pipelineConfig({ thumbnails: { it: { ...SIZE, ...spec } } });
  const original = await drawTestImage({ width: 480, height: 320 });
  const facts = await engine.inspect(original, config.uploads);
  const { outputs } = await engine.render(original, planRenditions(facts, config));
  return outputs[0]?.bytes.length ?? 0;
}

describe("the encoder of", () => {
  it.each(OUTPUT_FORMATS)("%s writes fewer bytes with more effort", async (format) => {
    const sizes = [];
    for (const effort of EFFORTS) sizes.push(await countEncodedBytes({ format, effort }));
    const [fast = 0, , small = 0] = sizes;
    // Effort spent on the palette of a GIF buys closer colors, which may take more bytes.
    if (format === "gif") expect(small).not.toBe(fast);
    else expect(small).toBeLessThan(fast);
  });

  it.each(["jpeg", "webp", "avif"] as const)("%s obeys the quality of its spec", async (format) => {
    const [low, plain, high] = await Promise.all([
      countEncodedBytes({ format, quality: 10 }),
      countEncodedBytes({ format }),
      countEncodedBytes({ format, quality: 97 }),
    ]);
    expect(low).toBeLessThan(plain);
    expect(plain).toBeLessThan(high);
  });
});
