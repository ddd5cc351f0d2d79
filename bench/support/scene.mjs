import { drawSensorTile, drawSurfaceTile, TILE } from "./noise-tile.mjs";
import { createRandom } from "./random.mjs";

const MASK = TILE - 1;

/** How often, on average, a pixel is painted over. */
const LAYERS = 2.5;

/** The upper part that stays sky. */
const SKY = 0.25;

/**
 * Paints a scene as 8-bit RGB. Things of all sizes lie over each other, the small ones more numerous (the "dead leaves" model:
 * its edges and its spectrum are those of photographs), each with a light side, a surface of 1/f noise, or lines of
 * writing. Everything is as sharp as the pixels; the lens and the sensor come after it.
 */
export function paintScene(width, height, seed) {
  const random = createRandom(seed);
  const surface = drawSurfaceTile(seed + 1);
  const pixels = new Uint8ClampedArray(width * height * 3);
  const scene = { width, height, pixels, surface };
  paintSky(scene, random);
  const smallest = Math.sqrt(width * height) / 140;
  const largest = height / 4;
  let left = LAYERS * width * height * (1 - SKY);
  while (left > 0) {
    const radius = drawRadius(random(), smallest, largest);
    const shape = {
      x: random() * width,
      y: height * (SKY + (1.05 - SKY) * random()),
      radius,
      angle: random() * Math.PI,
      squash: 0.35 + 0.65 * random(),
    };
    const look = {
      color: drawColor(random),
      offset: Math.floor(random() * TILE * TILE),
      contrast: 30 + 90 * random() ** 2,
      light: random() * 40 - 20,
    };
    paintThing(scene, shape, look, random() < 0.12, random);
    left -= Math.PI * radius * radius * shape.squash;
  }
  return pixels;
}

/** The sensor's noise, stronger in the dark, onto pixels that went through the lens. */
export function addSensorNoise(pixels, width, seed, strength) {
  const noise = drawSensorTile(seed + 2);
  for (let i = 0, pixel = 0; i < pixels.length; i += 3, pixel++) {
    const at = ((Math.floor(pixel / width) & MASK) * TILE + ((pixel % width) & MASK)) % noise.length;
    for (let band = 0; band < 3; band++) {
      const dark = 1.4 - pixels[i + band] / 320;
      const value = pixels[i + band] + noise[(at + band * 7_919) % noise.length] * strength * dark;
      pixels[i + band] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/** Numbers of radii fall with the third power: every scale covers as much of the picture. */
function drawRadius(share, smallest, largest) {
  const a = smallest ** -2;
  const b = largest ** -2;
  return (a - share * (a - b)) ** -0.5;
}

function drawColor(random) {
  const gray = 25 + 200 * random();
  const tint = 70 * random() ** 2;
  return [
    gray + tint * (random() - 0.5) * 2,
    gray + tint * (random() - 0.5),
    gray + tint * (random() - 0.5) * 2,
  ];
}

function paintSky({ width, height, pixels, surface }, random) {
  const top = [90 + 40 * random(), 130 + 40 * random(), 190 + 40 * random()];
  const bottom = [200, 205, 200 + 30 * random()];
  for (let y = 0; y < height; y++) {
    const t = y / height;
    for (let x = 0; x < width; x++) {
      const cloud = surface[((y >> 2) & MASK) * TILE + ((x >> 2) & MASK)] * 24;
      const at = (y * width + x) * 3;
      for (let band = 0; band < 3; band++) pixels[at + band] = top[band] * (1 - t) + bottom[band] * t + cloud;
    }
  }
}

/** An ellipse or a slanted panel; `written` ones carry lines of dark marks the size of small print. */
function paintThing(
  { width, height, pixels, surface },
  { x: cx, y: cy, radius, angle, squash },
  look,
  written,
  random,
) {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const boxy = written || random() < 0.35;
  const line = Math.max(6, radius / 9);
  const [red, green, blue] = look.color;
  const from = Math.max(0, Math.floor(cy - radius * 1.42));
  const to = Math.min(height - 1, Math.ceil(cy + radius * 1.42));
  const start = Math.max(0, Math.floor(cx - radius * 1.42));
  const end = Math.min(width - 1, Math.ceil(cx + radius * 1.42));
  for (let y = from; y <= to; y++) {
    for (let x = start; x <= end; x++) {
      const u = ((x - cx) * cos + (y - cy) * sin) / radius;
      const v = ((y - cy) * cos - (x - cx) * sin) / (radius * squash);
      if (boxy ? Math.abs(u) > 1 || Math.abs(v) > 1 : u * u + v * v > 1) continue;
      const texture = surface[((y & MASK) * TILE + (x & MASK) + look.offset) & (TILE * TILE - 1)];
      const value =
        look.light * (u + v) +
        look.contrast * texture -
        (written ? isInked(u * radius, v * radius, line, look.offset) : 0);
      const at = (y * width + x) * 3;
      pixels[at] = red + value;
      pixels[at + 1] = green + value;
      pixels[at + 2] = blue + value;
    }
  }
}

/** Strokes in rows: which of a letter's 4 x 5 cells are inked follows from its place. */
function isInked(u, v, line, salt) {
  const row = Math.floor(v / line);
  const cell = (v - row * line) / (line / 8);
  if (cell >= 5) return 0;
  const column = Math.floor(u / (line / 8));
  const letter = Math.floor(column / 5);
  if (((column % 5) + 5) % 5 === 4) return 0;
  const pattern = Math.imul(letter * 73_856_093 + row * 19_349_663 + salt, 2_654_435_761) >>> 0;
  const place = Math.floor(cell) * 4 + (((column % 5) + 5) % 5);
  return (pattern >>> place) & 1 ? 110 : 0;
}
