import {
  buildPngShape,
  buildTiffShape,
  drawShape,
  type PngLayout,
  type Shape,
  type TiffLayout,
} from "./shapes.js";

/** Pixels of the shapes: a small picture, a photograph, and the most that the default policy allows. */
const AREAS = [3e6, 3e7, 99e6];

const WIDTHS = [
  1, 30, 300, 1_500, 3_000, 8_000, 16_383, 30_000, 65_500, 100_000, 200_000, 400_000, 700_000, 1e6, 16e6,
];

const PNG_LAYOUTS: Readonly<Record<string, PngLayout>> = {
  gray1: { color: 0, depth: 1 },
  gray8: { color: 0, depth: 8 },
  gray16: { color: 0, depth: 16 },
  palette: { color: 3, depth: 8 },
  rgb8: { color: 2, depth: 8 },
  rgba8: { color: 6, depth: 8 },
  rgb16: { color: 2, depth: 16 },
  rgba16: { color: 6, depth: 16 },
};

const TIFF_LAYOUTS: Readonly<Record<string, TiffLayout>> = {
  "rgb8 in lines": { samples: 3, bits: 8, rowsPerStrip: 1 },
  "rgb8 in strips": { samples: 3, bits: 8, rowsPerStrip: 16 },
  "rgb8 in one strip": { samples: 3, bits: 8 },
  "rgb8 in small tiles": { samples: 3, bits: 8, tile: [16, 16] },
  "rgb8 in tiles": { samples: 3, bits: 8, tile: [256, 256] },
  "rgb8 in wide tiles": { samples: 3, bits: 8, tile: [8_192, 16] },
  "rgb8 in high tiles": { samples: 3, bits: 8, tile: [16, 8_192] },
  "rgb8 in planes": { samples: 3, bits: 8, rowsPerStrip: 16, separatePlanes: true },
  "rgba16 in tiles": { samples: 4, bits: 16, tile: [256, 256] },
  "gray1 in lines": { samples: 1, bits: 1, rowsPerStrip: 1 },
  "cmyk in strips": { samples: 4, bits: 8, photometric: 5, rowsPerStrip: 16 },
};

/** More parts have offsets that fill the whole file. */
const MAX_PARTS = 1_000_000;

/** Every shape in every layout, cheapest format first. */
export function* listShapes(): Generator<Shape> {
  for (const [width, height] of listSizes(Number.POSITIVE_INFINITY)) {
    const size = `${width} x ${height}`;
    for (const [name, layout] of Object.entries(PNG_LAYOUTS))
      for (const interlaced of [false, true])
        yield {
          name: `png ${name}${interlaced ? " interlaced" : ""} ${size}`,
          build: () => buildPngShape(width, height, { ...layout, interlaced }),
        };
    for (const [name, layout] of Object.entries(TIFF_LAYOUTS))
      if (countParts(width, height, layout) < MAX_PARTS)
        yield { name: `tiff ${name} ${size}`, build: () => buildTiffShape(width, height, layout) };
  }
  for (const [width, height] of listSizes(65_500)) yield* listEncodedShapes(width, height);
  for (const [width, height] of listSizes(16_383)) yield* listSmallShapes(width, height);
}

/** Shapes of formats with sides of up to 65,535 pixels. */
function* listEncodedShapes(width: number, height: number): Generator<Shape> {
  const size = `${width} x ${height}`;
  const draw = () => drawShape(width, height);
  yield { name: `jpeg ${size}`, build: () => draw().jpeg().toBuffer() };
  yield { name: `jpeg gray ${size}`, build: () => draw().toColourspace("b-w").jpeg().toBuffer() };
  yield { name: `jpeg cmyk ${size}`, build: () => draw().toColourspace("cmyk").jpeg().toBuffer() };
  const full = { progressive: true, chromaSubsampling: "4:4:4" } as const;
  yield { name: `jpeg progressive ${size}`, build: () => draw().jpeg(full).toBuffer() };
  yield { name: `gif ${size}`, build: () => draw().gif({ effort: 1 }).toBuffer() };
}

/** Shapes of formats with sides of up to 16,383 pixels. */
function* listSmallShapes(width: number, height: number): Generator<Shape> {
  const size = `${width} x ${height}`;
  for (const channels of [3, 4] as const) {
    const name = channels === 4 ? "with opacity " : "";
    const draw = () => drawShape(width, height, channels);
    yield { name: `webp ${name}${size}`, build: () => draw().webp({ effort: 0 }).toBuffer() };
    yield {
      name: `webp lossless ${name}${size}`,
      build: () => draw().webp({ effort: 0, lossless: true }).toBuffer(),
    };
    for (const bitdepth of [8, 10] as const)
      yield {
        name: `avif ${bitdepth} bits ${name}${size}`,
        build: () => draw().avif({ effort: 0, bitdepth }).toBuffer(),
      };
  }
}

function countParts(width: number, height: number, { tile, rowsPerStrip = height }: TiffLayout): number {
  return tile ? Math.ceil(width / tile[0]) * Math.ceil(height / tile[1]) : Math.ceil(height / rowsPerStrip);
}

/** Sizes of each area in each width, and the same lying on their side. */
function* listSizes(maxSide: number): Generator<readonly [width: number, height: number]> {
  for (const area of AREAS)
    for (const width of WIDTHS.filter((one) => one <= Math.min(area, maxSide))) {
      const height = Math.floor(area / width);
      if (height <= maxSide) yield [width, height];
    }
}
