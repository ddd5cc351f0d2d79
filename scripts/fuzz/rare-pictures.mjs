import sharp from "sharp";
import "../../test/support/typescript-loader.mjs";

const { buildApng } = await import("../../test/support/apng-files.ts");
const {
  addChunks,
  addProperties,
  buildCicpChunk,
  buildGammaChunk,
  buildNclxBox,
  buildPrimariesChunk,
  P3_PRIMARIES,
} = await import("../../test/support/code-points.ts");
const { buildGif } = await import("../../test/support/gif-files.ts");
const { buildTiffShape } = await import("../../test/support/shapes.ts");

const RED = [255, 0, 0, 255];
const BLUE = [0, 0, 255, 120];
const COLORS = [
  [255, 0, 0],
  [0, 0, 255],
];
const SMALL = { left: 4, top: 4, width: 12, height: 8 };

/** Small valid pictures whose colors, frames and layouts are read by our own code. */
export async function drawRarePictures() {
  const data = Buffer.alloc(48 * 36 * 3);
  for (let at = 0; at < data.length; at++) data[at] = (at * 7 + (at >> 5) * 13) & 0xff;
  const open = () => sharp(data, { raw: { width: 48, height: 36, channels: 3 } });
  const png = await open().png().toBuffer();
  const drawAvif = (options) =>
    open()
      .avif({ effort: 0, ...options })
      .toBuffer();
  return Promise.all([
    addChunks(png, buildCicpChunk(12, 13)),
    addChunks(png, buildCicpChunk(9, 16)),
    addChunks(png, buildGammaChunk(1), buildPrimariesChunk(...P3_PRIMARIES)),
    addChunks(await open().toColourspace("grey16").png().toBuffer(), buildGammaChunk(0.5)),
    buildApng(
      [24, 16],
      [
        { width: 24, height: 16, color: RED },
        { ...SMALL, color: BLUE, isBlended: true, disposal: 2 },
      ],
    ),
    buildApng(
      [24, 16],
      [
        { ...SMALL, color: RED, disposal: 1 },
        { ...SMALL, color: BLUE },
      ],
      { still: BLUE },
    ),
    buildGif([24, 16], COLORS, [{ ...SMALL, pixels: 1 }]),
    buildGif([24, 16], COLORS, [
      { left: 0, top: 0, width: 24, height: 16, pixels: 1, disposal: 2 },
      { ...SMALL, pixels: 0 },
    ]),
    drawAvif({}),
    drawAvif({ bitdepth: 10, chromaSubsampling: "4:4:4" }).then((bytes) =>
      addProperties(bytes, buildNclxBox(9, 16, 9)),
    ),
    open().tiff({ compression: "lzw" }).toBuffer(),
    open().tiff({ compression: "jpeg", tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    open().toColourspace("rgb16").tiff({ compression: "deflate", predictor: "horizontal" }).toBuffer(),
    open().toColourspace("cmyk").tiff({ compression: "none" }).toBuffer(),
    open().toColourspace("b-w").tiff({ compression: "ccittfax4", bitdepth: 1 }).toBuffer(),
    open().tiff({ compression: "packbits" }).toBuffer(),
    buildTiffShape(20, 12, { samples: 4, bits: 8, separatePlanes: true, rowsPerStrip: 5 }),
    buildTiffShape(20, 12, { samples: 3, bits: 16, photometric: 8, isBig: true }),
  ]);
}
