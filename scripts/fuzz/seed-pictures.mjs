import { readFileSync } from "node:fs";
import sharp from "sharp";
import { drawRarePictures } from "./rare-pictures.mjs";

/** HEIC files (scripts/draw-heic-pictures.mjs), one of each kind that takes another way through its decoder. */
const HEIC = ["plain", "phone", "alpha", "ten-bit", "exif-orientation", "nclx-p3", "hevc-p3"];

/** Small valid pictures, one of each kind that takes another way through a decoder: of all formats, or of HEIC alone. */
export async function drawSeedPictures(isHeicAlone = false) {
  const heics = HEIC.map((name) =>
    readFileSync(new URL(`../../test/golden/heic/${name}.heic`, import.meta.url)),
  );
  return isHeicAlone ? heics : [...(await drawPictures()), ...(await drawRarePictures()), ...heics];
}

async function drawPictures() {
  const drawPixels = (channels) => {
    const data = Buffer.alloc(48 * 36 * channels);
    for (let at = 0; at < data.length; at++) data[at] = (at * 7 + (at >> 5) * 13) & 0xff;
    return sharp(data, { raw: { width: 48, height: 36, channels } });
  };
  const openAnimation = () => {
    const data = Buffer.alloc(24 * 16 * 3 * 3);
    for (let at = 0; at < data.length; at++) data[at] = (at * 5 + (at >> 7) * 31) & 0xff;
    return sharp(data, { raw: { width: 24, height: 48, channels: 3, pageHeight: 16 } });
  };
  const tagged = drawPixels(3).withExif({ IFD0: { Make: "Acme" }, IFD3: { GPSLatitude: "51/1 30/1 26/1" } });
  return Promise.all(
    [
      drawPixels(3).jpeg(),
      drawPixels(3).jpeg({ progressive: true, quality: 60 }),
      drawPixels(3).toColourspace("cmyk").jpeg(),
      tagged.withMetadata({ orientation: 6 }).jpeg(),
      tagged.clone().withIccProfile("p3").png(),
      drawPixels(4).png({ progressive: true }),
      drawPixels(3).png({ palette: true }),
      drawPixels(3).toColourspace("rgb16").png(),
      drawPixels(4).webp(),
      drawPixels(3).webp({ lossless: true }),
      openAnimation().webp({ delay: [50, 50, 50] }),
      openAnimation().gif({ delay: [50, 50, 50] }),
      drawPixels(4).gif(),
    ].map((picture) => picture.toBuffer()),
  );
}
