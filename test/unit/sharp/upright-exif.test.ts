import { describe, expect, it } from "@jest/globals";
import { toUprightExif } from "../../../src/adapters/sharp/heic/upright-exif.js";
import { readTiff } from "../../../src/adapters/sharp/inspect/tiff-tags.js";
import { buildTiff, type TiffForm, TYPE } from "../../support/tiff-files.js";

const ORIENTATION = 0x0112;
const MAKE = 0x010f;

describe("EXIF of pixels that a decoder has turned upright", () => {
  it.each<TiffForm>([{ order: "little" }, { order: "big" }])(
    "says so, whatever it said before, and nothing else in it changes: %j",
    (form) => {
      const block = buildTiff(
        [
          [MAKE, TYPE.ascii, "Acme\0"],
          [ORIENTATION, TYPE.short, [6]],
        ],
        form,
      );
      for (const given of [block, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), block])]) {
        const before = Buffer.from(given);
        const upright = toUprightExif(given);
        expect(upright).toHaveLength(block.length);
        const directory = upright && readTiff(upright);
        expect(directory?.readNumbers(ORIENTATION, 1)).toEqual([1]);
        expect(directory?.readTexts(MAKE)).toEqual(["Acme"]);
        expect(given).toEqual(before);
      }
    },
  );

  it("is left as it is without an orientation that is one", () => {
    const block = buildTiff([[ORIENTATION, TYPE.long, [6]]]);
    expect(Buffer.from(toUprightExif(block) ?? [])).toEqual(block);
  });

  it("is none where nothing begins as EXIF does", () => {
    expect(toUprightExif(Buffer.from("not EXIF at all"))).toBeUndefined();
    expect(toUprightExif(new Uint8Array())).toBeUndefined();
  });
});
