import { clouds, glow, gradient, grain, lerp, mix, rgb, shade, step } from "./paint.mjs";

const DAWN = [
  [0, rgb(0x31507f)],
  [0.25, rgb(0x7a8fb5)],
  [0.42, rgb(0xe8b79a)],
  [0.55, rgb(0xffdca6)],
  [1, rgb(0xffe9c4)],
];
const NOON = [
  [0, rgb(0x2c6fb8)],
  [0.55, rgb(0xb9dcf2)],
  [1, rgb(0xe4f3fa)],
];

/** Layered hills in mist with the sun above them. `day` runs from 0, sunrise, over 0.5, noon, to 1, sunset. */
export function hills({ aspect, day = 0.06, detail = 5, seed = 11 }) {
  const noon = Math.sin(day * Math.PI);
  const sun = { x: 0.1 + 0.8 * day, y: 0.5 - 0.38 * noon };
  const warm = mix(rgb(0xffc27a), rgb(0xfff6dc), noon);
  return (x, y) => {
    const sky = mix(gradient(DAWN, y), gradient(NOON, y), noon);
    const distance = Math.hypot((x - sun.x) * aspect, y - sun.y);
    const cloud = step(0.5, 0.8, clouds(x * aspect * 2.2 + 3, y * 7, detail, seed + 50));
    let color = mix(sky, mix(warm, rgb(0xffffff), noon * 0.6), cloud * 0.55 * step(0.6, 0.25, y));
    color = glow(color, warm, 0.5 * Math.exp(-distance * 7) + 1.2 * step(0.052, 0.046, distance));
    for (let layer = 0; layer < 6; layer++) {
      const depth = layer / 5;
      const rough = clouds(
        x * aspect * (1.1 + layer * 0.55) + layer * 9.7,
        layer * 3.1,
        detail,
        seed + layer,
      );
      const trees = layer > 3 ? 0.012 * clouds(x * aspect * 90, layer, 2, seed + 70 + layer) : 0;
      const ridge = 0.43 + depth * 0.4 + (0.5 - rough) * (0.13 + depth * 0.14) - trees;
      const cover = step(ridge - 0.0012, ridge + 0.0012, y);
      if (cover === 0) continue;
      const near = mix(rgb(0x20413f), rgb(0x2d6b3a), noon);
      const far = mix(rgb(0xd9a99a), rgb(0xa9c8de), noon);
      const texture = 0.86 + 0.28 * clouds(x * aspect * 26 * (1 + layer), y * 34, detail, seed + 30 + layer);
      const ground = shade(mix(far, near, depth ** 0.75), lerp(1, texture, 0.25 + depth * 0.75));
      const mist =
        Math.exp(-(y - ridge) * (7 + depth * 5)) * (1 - depth) * 0.1 +
        step(0.02, 0.2, y - ridge) * (1 - depth) * 0.45;
      color = mix(color, mix(ground, mix(rgb(0xf6d3b4), rgb(0xd8e9f3), noon), mist), cover);
    }
    return color;
  };
}

/** A snowy peak over a still lake, framed by firs. Drawn upright, taller than wide. */
export function peak({ aspect, seed = 23 }) {
  const shore = 0.6;
  const above = (x, y) => {
    let color = gradient(
      [
        [0, rgb(0x27466f)],
        [0.3, rgb(0x6f93b8)],
        [0.52, rgb(0xf0c7a8)],
        [0.62, rgb(0xf7dcc0)],
      ],
      y,
    );
    color = mix(
      color,
      rgb(0xffe3cd),
      0.5 * step(0.52, 0.82, clouds(x * 3, y * 9, 5, seed + 40)) * step(0.5, 0.1, y),
    );
    const height = 0.15 + Math.abs(x - 0.54) * 0.62 + (clouds(x * 7, 1, 6, seed) - 0.5) * 0.2;
    const rock = step(height - 0.001, height + 0.001, y);
    if (rock > 0) {
      const slope =
        clouds(x * 9 + y * 5, y * 7, 6, seed + 5) - clouds(x * 9 + y * 5 + 0.12, y * 7 + 0.05, 6, seed + 5);
      const light = Math.min(Math.max(0.62 + slope * 3.4 - (x - 0.54) * 0.5, 0.3), 1.15);
      const snow = step(0.4, 0.52, clouds(x * 12, y * 16, 6, seed + 9) + (0.36 - y) * 1.1);
      const stone = shade(mix(rgb(0x6c6470), rgb(0xc99a7c), light * 0.55), 0.5 + light * 0.5);
      const face = mix(stone, mix(rgb(0x8fa6cc), rgb(0xfff0e2), light), snow);
      color = mix(color, mix(face, rgb(0xd9c2b8), step(0.3, 0.62, y) * 0.5), rock);
    }
    const slopeLine = 0.535 + (clouds(x * 4, 8, 5, seed + 15) - 0.5) * 0.07;
    const forest = mix(rgb(0x3f5a58), rgb(0x25403c), clouds(x * 60, y * 90, 3, seed + 16));
    return mix(
      color,
      forest,
      step(slopeLine - 0.004, slopeLine + 0.004, y - 0.012 * clouds(x * 120, 2, 2, seed)),
    );
  };
  return (x, y) => {
    let color;
    if (y < shore) color = above(x, y);
    else {
      const depth = (y - shore) / (1 - shore);
      const ripple = (clouds(x * 10, depth * 70, 4, seed + 60) - 0.5) * (0.008 + depth * 0.05);
      const mirrored = above(x + ripple * 0.5, Math.max(shore - (y - shore) * 1.25 + ripple, 0));
      color = mix(shade(mirrored, 0.86), rgb(0x24435a), 0.12 + depth * 0.5);
      color = mix(rgb(0xcfd3cf), color, step(0, 0.006, y - shore));
    }
    return mix(color, rgb(0x14231f), firs(x, y, aspect, seed));
  };
}

/** Fir trees at both edges, tall outside. */
function firs(x, y, aspect, seed) {
  let dark = 0;
  for (let tree = 0; tree < 16; tree++) {
    const side = tree % 2 ? 1 - (tree >> 1) * 0.045 : (tree >> 1) * 0.045;
    const foot = 1.02;
    const height = (0.62 - (tree >> 1) * 0.07) * (0.8 + grain(tree, 1, seed) * 0.35);
    const up = (foot - y) / height;
    if (up <= 0 || up >= 1) continue;
    const tier = 1 - ((up * 17 + grain(tree, 2, seed)) % 1) * 0.55;
    const ragged = 0.75 + 0.5 * grain(Math.floor(x * 900), Math.floor(y * 1200), seed + tree);
    const half = (1 - up) ** 0.85 * 0.11 * height * tier * ragged * (1 / aspect) + 0.0015;
    dark = Math.max(dark, step(half, half * 0.82, Math.abs(x - side)));
  }
  return dark;
}

/** Sand dunes in low light from the left. */
export function dunes({ aspect, seed = 37 }) {
  return (x, y) => {
    let color = gradient(
      [
        [0, rgb(0x5c93c4)],
        [0.4, rgb(0xd6dfe0)],
        [0.5, rgb(0xf3e3cb)],
      ],
      y,
    );
    for (let dune = 0; dune < 6; dune++) {
      const near = dune / 5;
      const bend = clouds(x * aspect * (1.5 - near * 0.9) + dune * 5.3, dune * 2.7, 2, seed + dune) - 0.5;
      const crest = 0.34 + near ** 1.4 * 0.44 + bend * (0.12 + near * 0.42);
      if (y < crest - 0.001) continue;
      const below = y - crest;
      const edge = clouds(x * aspect * (2.2 - near) + 2, below * 1.5 + dune, 3, seed + 20 + dune);
      const lit = step(0.36, 0.62, edge + bend * 0.7 + below * 0.4);
      const swell = clouds(x * aspect * 2 + below * 3, below * 12, 3, seed + 60);
      const ripples =
        Math.sin((below * 150 + swell * 26 + x * aspect * 9) * (2.2 - near)) * 0.045 * (0.4 + near);
      const sun = mix(rgb(0xe9b984), rgb(0xf2b56a), near);
      const shadow = mix(rgb(0xc69b80), rgb(0xa8694a), near);
      const sand = shade(mix(shadow, sun, lit), 0.93 + 0.14 * swell + ripples * (0.35 + lit * 0.65));
      const hazed = mix(sand, rgb(0xeddcc8), (1 - near) * 0.5);
      color = mix(color, hazed, step(-0.001, 0.001, below));
    }
    return color;
  };
}
