import {
  addGlow,
  computeClouds,
  computeGradient,
  computeGrain,
  computeStep,
  interpolate,
  mix,
  shade,
  toColor,
} from "./paint.mjs";

const DAWN = [
  [0, toColor(0x31507f)],
  [0.25, toColor(0x7a8fb5)],
  [0.42, toColor(0xe8b79a)],
  [0.55, toColor(0xffdca6)],
  [1, toColor(0xffe9c4)],
];
const NOON = [
  [0, toColor(0x2c6fb8)],
  [0.55, toColor(0xb9dcf2)],
  [1, toColor(0xe4f3fa)],
];

/** Layered hills in mist with the sun above them. `day` runs from 0, sunrise, over 0.5, noon, to 1, sunset. */
export function drawHills({ aspect, day = 0.06, detail = 5, seed = 11 }) {
  const noon = Math.sin(day * Math.PI);
  const sun = { x: 0.1 + 0.8 * day, y: 0.5 - 0.38 * noon };
  const warm = mix(toColor(0xffc27a), toColor(0xfff6dc), noon);
  return (x, y) => {
    const sky = mix(computeGradient(DAWN, y), computeGradient(NOON, y), noon);
    const distance = Math.hypot((x - sun.x) * aspect, y - sun.y);
    const cloud = computeStep(0.5, 0.8, computeClouds(x * aspect * 2.2 + 3, y * 7, detail, seed + 50));
    let color = mix(sky, mix(warm, toColor(0xffffff), noon * 0.6), cloud * 0.55 * computeStep(0.6, 0.25, y));
    color = addGlow(color, warm, 0.5 * Math.exp(-distance * 7) + 1.2 * computeStep(0.052, 0.046, distance));
    for (let layer = 0; layer < 6; layer++) {
      const depth = layer / 5;
      const rough = computeClouds(
        x * aspect * (1.1 + layer * 0.55) + layer * 9.7,
        layer * 3.1,
        detail,
        seed + layer,
      );
      const trees = layer > 3 ? 0.012 * computeClouds(x * aspect * 90, layer, 2, seed + 70 + layer) : 0;
      const ridge = 0.43 + depth * 0.4 + (0.5 - rough) * (0.13 + depth * 0.14) - trees;
      const cover = computeStep(ridge - 0.0012, ridge + 0.0012, y);
      if (cover === 0) continue;
      const near = mix(toColor(0x20413f), toColor(0x2d6b3a), noon);
      const far = mix(toColor(0xd9a99a), toColor(0xa9c8de), noon);
      const texture =
        0.86 + 0.28 * computeClouds(x * aspect * 26 * (1 + layer), y * 34, detail, seed + 30 + layer);
      const ground = shade(mix(far, near, depth ** 0.75), interpolate(1, texture, 0.25 + depth * 0.75));
      const mist =
        Math.exp(-(y - ridge) * (7 + depth * 5)) * (1 - depth) * 0.1 +
        computeStep(0.02, 0.2, y - ridge) * (1 - depth) * 0.45;
      color = mix(color, mix(ground, mix(toColor(0xf6d3b4), toColor(0xd8e9f3), noon), mist), cover);
    }
    return color;
  };
}

/** A snowy peak over a still lake, framed by firs. Drawn upright, taller than wide. */
export function drawPeak({ aspect, seed = 23 }) {
  const shore = 0.6;
  const measureHeight = (x, y) => {
    let color = computeGradient(
      [
        [0, toColor(0x27466f)],
        [0.3, toColor(0x6f93b8)],
        [0.52, toColor(0xf0c7a8)],
        [0.62, toColor(0xf7dcc0)],
      ],
      y,
    );
    color = mix(
      color,
      toColor(0xffe3cd),
      0.5 * computeStep(0.52, 0.82, computeClouds(x * 3, y * 9, 5, seed + 40)) * computeStep(0.5, 0.1, y),
    );
    const height = 0.15 + Math.abs(x - 0.54) * 0.62 + (computeClouds(x * 7, 1, 6, seed) - 0.5) * 0.2;
    const rock = computeStep(height - 0.001, height + 0.001, y);
    if (rock > 0) {
      const slope =
        computeClouds(x * 9 + y * 5, y * 7, 6, seed + 5) -
        computeClouds(x * 9 + y * 5 + 0.12, y * 7 + 0.05, 6, seed + 5);
      const light = Math.min(Math.max(0.62 + slope * 3.4 - (x - 0.54) * 0.5, 0.3), 1.15);
      const snow = computeStep(0.4, 0.52, computeClouds(x * 12, y * 16, 6, seed + 9) + (0.36 - y) * 1.1);
      const stone = shade(mix(toColor(0x6c6470), toColor(0xc99a7c), light * 0.55), 0.5 + light * 0.5);
      const face = mix(stone, mix(toColor(0x8fa6cc), toColor(0xfff0e2), light), snow);
      color = mix(color, mix(face, toColor(0xd9c2b8), computeStep(0.3, 0.62, y) * 0.5), rock);
    }
    const slopeLine = 0.535 + (computeClouds(x * 4, 8, 5, seed + 15) - 0.5) * 0.07;
    const forest = mix(toColor(0x3f5a58), toColor(0x25403c), computeClouds(x * 60, y * 90, 3, seed + 16));
    return mix(
      color,
      forest,
      computeStep(slopeLine - 0.004, slopeLine + 0.004, y - 0.012 * computeClouds(x * 120, 2, 2, seed)),
    );
  };
  return (x, y) => {
    let color;
    if (y < shore) color = measureHeight(x, y);
    else {
      const depth = (y - shore) / (1 - shore);
      const ripple = (computeClouds(x * 10, depth * 70, 4, seed + 60) - 0.5) * (0.008 + depth * 0.05);
      const mirrored = measureHeight(x + ripple * 0.5, Math.max(shore - (y - shore) * 1.25 + ripple, 0));
      color = mix(shade(mirrored, 0.86), toColor(0x24435a), 0.12 + depth * 0.5);
      color = mix(toColor(0xcfd3cf), color, computeStep(0, 0.006, y - shore));
    }
    return mix(color, toColor(0x14231f), drawFirs(x, y, aspect, seed));
  };
}

/** Fir trees at both edges, tall outside. */
function drawFirs(x, y, aspect, seed) {
  let dark = 0;
  for (let tree = 0; tree < 16; tree++) {
    const side = tree % 2 ? 1 - (tree >> 1) * 0.045 : (tree >> 1) * 0.045;
    const foot = 1.02;
    const height = (0.62 - (tree >> 1) * 0.07) * (0.8 + computeGrain(tree, 1, seed) * 0.35);
    const up = (foot - y) / height;
    if (up <= 0 || up >= 1) continue;
    const tier = 1 - ((up * 17 + computeGrain(tree, 2, seed)) % 1) * 0.55;
    const ragged = 0.75 + 0.5 * computeGrain(Math.floor(x * 900), Math.floor(y * 1200), seed + tree);
    const half = (1 - up) ** 0.85 * 0.11 * height * tier * ragged * (1 / aspect) + 0.0015;
    dark = Math.max(dark, computeStep(half, half * 0.82, Math.abs(x - side)));
  }
  return dark;
}

/** Sand dunes in low light from the left. */
export function drawDunes({ aspect, seed = 37 }) {
  return (x, y) => {
    let color = computeGradient(
      [
        [0, toColor(0x5c93c4)],
        [0.4, toColor(0xd6dfe0)],
        [0.5, toColor(0xf3e3cb)],
      ],
      y,
    );
    for (let dune = 0; dune < 6; dune++) {
      const near = dune / 5;
      const bend =
        computeClouds(x * aspect * (1.5 - near * 0.9) + dune * 5.3, dune * 2.7, 2, seed + dune) - 0.5;
      const crest = 0.34 + near ** 1.4 * 0.44 + bend * (0.12 + near * 0.42);
      if (y < crest - 0.001) continue;
      const below = y - crest;
      const edge = computeClouds(x * aspect * (2.2 - near) + 2, below * 1.5 + dune, 3, seed + 20 + dune);
      const lit = computeStep(0.36, 0.62, edge + bend * 0.7 + below * 0.4);
      const swell = computeClouds(x * aspect * 2 + below * 3, below * 12, 3, seed + 60);
      const ripples =
        Math.sin((below * 150 + swell * 26 + x * aspect * 9) * (2.2 - near)) * 0.045 * (0.4 + near);
      const sun = mix(toColor(0xe9b984), toColor(0xf2b56a), near);
      const shadow = mix(toColor(0xc69b80), toColor(0xa8694a), near);
      const sand = shade(mix(shadow, sun, lit), 0.93 + 0.14 * swell + ripples * (0.35 + lit * 0.65));
      const hazed = mix(sand, toColor(0xeddcc8), (1 - near) * 0.5);
      color = mix(color, hazed, computeStep(-0.001, 0.001, below));
    }
    return color;
  };
}
