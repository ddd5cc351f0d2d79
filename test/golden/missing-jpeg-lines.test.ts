import { beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { renderAll } from "../support/engine.js";
import { drawTestImage } from "../support/images.js";
import { drawRestartJpeg, joinRows } from "../support/restart-jpeg.js";

/** Outputs of all pixels, of a half, of an eighth. */
const SIZES = [400, 190, 40] as const;

const LAYOUTS = ["4:4:4", "4:2:0", "gray"] as const;

const whole: Record<string, Buffer> = {};

/** The JPEG without its last `share` of data, and yet with its end. */
function cutEnd(jpeg: Buffer, share: number): Buffer {
  const cut = Math.ceil(jpeg.length * share);
  return Buffer.concat([jpeg.subarray(0, -2 - cut), jpeg.subarray(-2)]);
}

function render(bytes: Uint8Array, width: number) {
  return renderAll(bytes, { it: thumbnailSpec({ width, format: "png" }) });
}

beforeAll(async () => {
  const picture = sharp(await drawTestImage({ format: "png", width: 400, height: 300 }));
  for (const layout of LAYOUTS)
    whole[layout] =
      layout === "gray"
        ? await picture.clone().toColourspace("b-w").jpeg().toBuffer()
        : await picture.clone().jpeg({ chromaSubsampling: layout }).toBuffer();
});

describe("A JPEG whose last lines are missing", () => {
  it.each(LAYOUTS.flatMap((layout) => SIZES.map((size) => [layout, size] as const)))(
    "is refused although its end is there: %s, %i pixels wide",
    async (layout, size) => {
      const jpeg = whole[layout] ?? Buffer.alloc(0);
      await expect(render(jpeg, size)).resolves.toMatchObject({ outputs: [{ width: size }] });
      for (const share of [0.003, 0.01, 0.03])
        await expect(render(cutEnd(jpeg, share), size)).rejects.toMatchObject({
          code: "corrupt-image",
          message: expect.stringContaining("premature end of data segment"),
        });
    },
  );

  it("is refused where they are a whole row behind a restart marker", async () => {
    const { head, rows } = await drawRestartJpeg();
    await expect(render(joinRows({ head, rows: rows.slice(0, -1) }), 64)).rejects.toMatchObject({
      code: "corrupt-image",
    });
  });

  it("takes no other picture with it that is rendered at the same time", async () => {
    const good = whole["4:4:4"] ?? Buffer.alloc(0);
    const bad = cutEnd(good, 0.01);
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.allSettled(
        [good, bad, good, bad, bad, good].map((bytes, index) => render(bytes, SIZES[index % 3] ?? 40)),
      );
      const refused = outcomes.filter(({ status }) => status === "rejected");
      expect(refused.length).toBeLessThanOrEqual(3);
      for (const at of [0, 2, 5]) expect(outcomes[at]?.status).toBe("fulfilled");
    }
  });
});
