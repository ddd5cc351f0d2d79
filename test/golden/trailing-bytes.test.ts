import { describe, expect, it } from "@jest/globals";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { inspect, OPEN_POLICY, renderAll } from "../support/engine.js";
import { drawTestImage, type TestFormat } from "../support/images.js";

const FORMATS: readonly TestFormat[] = ["jpeg", "png", "webp", "gif", "tiff", "avif"];

const SPECS = { thumb: thumbnailSpec({ width: 20, height: 20, format: "png" }) };

const EXTRAS = {
  "2 MB of zeros": Buffer.alloc(2_000_000),
  "1 KB of ones": Buffer.alloc(1_000, 0xff),
  "some text": Buffer.from("written here by a camera's own software\n".repeat(40)),
};

describe("bytes behind the end of a picture do no harm to", () => {
  it.each(FORMATS.flatMap((format) => Object.keys(EXTRAS).map((extra) => [format, extra] as const)))(
    "%s with %s",
    async (format, extra) => {
      const picture = await drawTestImage({ format, width: 64, height: 64 });
      const longer = Buffer.concat([picture, EXTRAS[extra as keyof typeof EXTRAS]]);
      const { bytes: _, ...facts } = await inspect(picture, OPEN_POLICY);
      expect(await inspect(longer, OPEN_POLICY)).toMatchObject(facts);
      const same = await Promise.all([picture, longer].map((bytes) => renderAll(bytes, SPECS)));
      expect(same[1]).toEqual(same[0]);
    },
  );
});
