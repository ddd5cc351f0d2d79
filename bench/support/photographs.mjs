import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { addSensorNoise, paintScene } from "./scene.mjs";

/** Part of the folder's name: another painter makes other photographs. */
const PAINTER = 1;

/** Width and height of the sensor by megapixels. 24 is 3:2, the others 4:3, as cameras have it. */
const SENSORS = {
  1: [1152, 864],
  3: [2048, 1536],
  6: [2832, 2124],
  12: [4000, 3000],
  24: [6000, 4000],
  50: [8160, 6120],
  100: [11_520, 8640],
};

const EXIF = {
  IFD0: {
    Make: "Bench",
    Model: "B 1",
    Software: "1.0",
    Copyright: "Nobody",
    DateTime: "2020:02:02 20:20:20",
  },
  IFD2: {
    ExposureTime: "1/250",
    FNumber: "28/10",
    ISOSpeedRatings: "200",
    FocalLength: "35/1",
    DateTimeOriginal: "2020:02:02 20:20:20",
  },
};

/**
 * The photograph of these properties: drawn by code, with the spectrum, the edges and the noise of a real one, and
 * compressed as cameras do (quality 92, 4:2:0, EXIF). Equal properties always give equal pictures; they are kept in the
 * system's folder for temporary files, because drawing takes longer than measuring.
 */
export async function drawPhotograph({ megapixels, seed = 1, progressive = false, orientation = 1 }) {
  const kind = progressive ? "-progressive" : "";
  const turn = orientation === 1 ? "" : `-turned-${orientation}`;
  const name = `${megapixels}mp-${seed}${kind}${turn}`;
  const file = join(getFolder(), `${name}.jpg`);
  if (!existsSync(file)) {
    process.stderr.write(`  drawing ${name}.jpg\n`);
    const bytes = await draw(SENSORS[megapixels], seed, { progressive, orientation });
    const part = `${file}.${process.pid}`;
    writeFileSync(part, bytes);
    renameSync(part, file);
  }
  return {
    name: `${megapixels} MP${progressive ? " progressive" : ""}`,
    megapixels,
    file,
    bytes: readFileSync(file),
  };
}

/** The pictures of a folder of the user's own, by name, at most `limit`. */
export async function readPhotographs(dir, limit) {
  const files = readdirSync(dir)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .slice(0, limit);
  if (files.length === 0) throw new Error(`expected JPEG files in ${dir} for --photos but found none`);
  return Promise.all(
    files.map(async (name) => {
      const file = join(dir, name);
      const bytes = readFileSync(file);
      const { width, height } = await sharp(bytes).metadata();
      return { name: basename(name), megapixels: (width * height) / 1e6, file, bytes };
    }),
  );
}

/** Makes `number` files of these photographs below `folder`, each under a name of its own. */
export function copyPhotographs(photographs, number, folder) {
  const to = join(folder, "originals");
  mkdirSync(to, { recursive: true });
  return Array.from({ length: number }, (_, index) => {
    const file = join(to, `photograph-${String(index).padStart(3, "0")}.jpg`);
    copyFileSync(photographs[index % photographs.length].file, file);
    return file;
  });
}

function getFolder() {
  const dir = join(tmpdir(), `safelight-bench-photographs-${PAINTER}`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

async function draw([width, height], seed, { progressive, orientation }) {
  const raw = { width, height, channels: 3 };
  const scene = paintScene(width, height, seed * 7_907 + width);
  // A lens is never as sharp as the pixels.
  const seen = await sharp(scene, { raw, limitInputPixels: false }).blur(0.8).raw().toBuffer();
  addSensorNoise(seen, width, seed, 9);
  return sharp(seen, { raw, limitInputPixels: false })
    .withExif(EXIF)
    .withMetadata({ orientation })
    .jpeg({ quality: 92, chromaSubsampling: "4:2:0", progressive, optimiseCoding: progressive })
    .toBuffer();
}
