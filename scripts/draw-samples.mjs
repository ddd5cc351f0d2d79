/** Draws samples/: eight pictures from formulas and fixed seeds, so that they belong to nobody and never change. */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { drawDunes, drawHills, drawPeak } from "./samples/land.mjs";
import { paint } from "./samples/paint.mjs";
import { drawCity, drawSea } from "./samples/places.mjs";
import { drawBoat, drawFruit } from "./samples/things.mjs";

const folder = fileURLToPath(new URL("../samples/", import.meta.url));

const CAMERA = {
  IFD0: {
    Make: "Safelight",
    Model: "Pinhole Mark II",
    Artist: "Safelight contributors",
    Copyright: "MIT, Safelight contributors",
  },
  IFD2: {
    DateTimeOriginal: "2025:09:21 06:48:12",
    OffsetTimeOriginal: "+02:00",
    ExposureTime: "1/250",
    FNumber: "8/1",
    ISOSpeedRatings: "100",
    FocalLength: "35/1",
    LensModel: "Imaginary 35mm f/2",
  },
  IFD3: {
    GPSLatitudeRef: "N",
    GPSLatitude: "46/1 33/1 2760/100",
    GPSLongitudeRef: "E",
    GPSLongitude: "11/1 37/1 4920/100",
    GPSAltitudeRef: "0",
    GPSAltitude: "2172/1",
  },
};

function draw(size, scene, options = {}) {
  const { data, raw } = paint({ ...size, ...options }, scene({ ...size, aspect: size.width / size.height }));
  return sharp(data, { raw });
}

function animateHills({ width, height, frames }) {
  const strips = Array.from({ length: frames }, (_, frame) => {
    const scene = drawHills({ aspect: width / height, day: (frame + 0.5) / frames, detail: 4 });
    return paint({ width, height, film: 0 }, scene).data;
  });
  return sharp(Buffer.concat(strips), {
    raw: { width, height: height * frames, channels: 3, pageHeight: height },
  });
}

const SAMPLES = {
  // As a camera writes it: with what it knows about itself, the day and the place.
  "hills-at-dawn.jpg": () =>
    draw({ width: 2400, height: 1600 }, drawHills).withExif(CAMERA).jpeg({ quality: 74, mozjpeg: true }),
  "evening-sea.jpg": () =>
    draw({ width: 1600, height: 1067 }, drawSea, { film: 4 }).jpeg({ quality: 72, mozjpeg: true }),
  // Held upright, stored on its side: only the orientation tag tells.
  "mountain-lake.jpg": async () => {
    const upright = await draw({ width: 1200, height: 1600 }, drawPeak, { film: 4 }).png().toBuffer();
    return sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 72, mozjpeg: true });
  },
  "fruit.jpg": () => draw({ width: 1200, height: 1200 }, drawFruit, { film: 4 }).jpeg({ quality: 74 }),
  "dunes.jpg": () =>
    draw({ width: 2100, height: 900 }, drawDunes, { film: 4 }).jpeg({ quality: 72, progressive: true }),
  "city-at-night.webp": () =>
    draw({ width: 1600, height: 1067 }, drawCity, { film: 4 }).webp({ quality: 70, effort: 6 }),
  "paper-boat.png": () =>
    draw({ width: 720, height: 560 }, drawBoat, { channels: 4, film: 0 }).png({
      palette: true,
      quality: 90,
      effort: 10,
    }),
  "a-day.gif": () =>
    animateHills({ width: 240, height: 160, frames: 12 }).gif({
      colors: 48,
      dither: 0.4,
      delay: Array.from({ length: 12 }, () => 160),
      loop: 0,
    }),
};

await mkdir(folder, { recursive: true });
for (const [name, make] of Object.entries(SAMPLES)) {
  const bytes = await (await make()).toBuffer();
  await writeFile(`${folder}${name}`, bytes);
  console.log(`${name}: ${Math.round(bytes.length / 1000)} kB`);
}
