import { describe, expect, it } from "@jest/globals";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { IMAGE_FORMATS } from "../../../src/domain/model/image-format.js";
import { getKnownGoodPicture } from "../../../src/domain/model/known-good-picture.js";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import { uploadPolicy } from "../../../src/domain/model/upload-policy.js";

describe("the known good picture", () => {
  const config = pipelineConfig({
    thumbnails: { thumb: { width: 220, format: "jpeg" }, small: { width: 20 } },
    watermark: { text: "watermark" },
  });

  it.each(IMAGE_FORMATS)(
    "of %s is in this format, passes the default limits and is rendered with a watermark",
    async (format) => {
      const engine = sharpEngine();
      const bytes = getKnownGoodPicture(format);
      const facts = await engine.inspect(bytes, uploadPolicy({ formats: [format] }));
      expect(facts).toMatchObject({ format, width: 240, height: 160, frames: 1 });
      const plan = planRenditions(facts, config, { key: "a" });
      expect(plan.outputs).toMatchObject([{ watermark: expect.anything() }, {}]);
      expect((await engine.render(bytes, plan)).outputs).toHaveLength(2);
    },
  );
});
