import {
  addGlow,
  computeClouds,
  computeGradient,
  computeGrain,
  computeStep,
  mix,
  shade,
  toColor,
} from "./paint.mjs";

/** The sea towards evening, with the sun's path glinting on it. */
export function drawSea({ aspect, seed = 5 }) {
  const horizon = 0.46;
  const sun = { x: 0.62, y: 0.36 };
  const paintSky = (x, y) => {
    let color = computeGradient(
      [
        [0, toColor(0x3d4f86)],
        [0.18, toColor(0x9a7ba0)],
        [0.33, toColor(0xf09a77)],
        [0.46, toColor(0xffcf8a)],
      ],
      y,
    );
    const cloud = computeStep(0.47, 0.75, computeClouds(x * aspect * 2.4, y * 15, 6, seed));
    color = mix(color, mix(toColor(0x8a5f80), toColor(0xffd9a8), computeStep(0.1, 0.42, y)), cloud * 0.65);
    const distance = Math.hypot((x - sun.x) * aspect, y - sun.y);
    return addGlow(
      color,
      toColor(0xffc890),
      0.5 * Math.exp(-distance * 5) + 1.4 * computeStep(0.036, 0.031, distance),
    );
  };
  return (x, y) => {
    if (y < horizon) return paintSky(x, y);
    const depth = (y - horizon) / (1 - horizon);
    const far = 1 / (depth + 0.035);
    const swell = computeClouds((x - 0.5) * aspect * far * 1.4 + 40, far * 5.5, 5, seed + 20);
    const chop = computeClouds((x - 0.5) * aspect * far * 6 + 9, far * 21 + 3, 4, seed + 30);
    const tilt = (swell - 0.5) * 0.7 + (chop - 0.5) * 0.5;
    const mirrored = paintSky(x, Math.min(Math.max(horizon - depth * 0.5 + tilt * 0.3, 0), horizon));
    let color = mix(mirrored, toColor(0x1d3a5c), 0.3 + depth * 0.42 + tilt * 0.5);
    const path = Math.exp(-(((x - sun.x) / (0.035 + depth * 0.13)) ** 2));
    const glint = computeStep(0.5, 0.68, chop * 0.65 + swell * 0.35 + 0.03) * path;
    color = addGlow(color, toColor(0xffd9a0), path * 0.16 + glint * 1.1);
    return mix(color, toColor(0xf6bf90), 0.5 * computeStep(0.03, 0, depth));
  };
}

/** A city across the water at night, its windows lit. */
export function drawCity({ aspect, seed = 71 }) {
  const shore = 0.68;
  const computeSkyline = (x, y) => {
    let color = computeGradient(
      [
        [0, toColor(0x070b1f)],
        [0.35, toColor(0x1b2450)],
        [0.6, toColor(0x5a3f6e)],
        [0.7, toColor(0xb06a63)],
      ],
      y,
    );
    const star = computeGrain(Math.floor(x * aspect * 420), Math.floor(y * 420), seed);
    if (star > 0.9982)
      color = addGlow(color, [255, 250, 235], computeStep(0.45, 0, y) * (star - 0.998) * 450);
    const moon = Math.hypot((x - 0.2) * aspect, y - 0.17);
    color = addGlow(
      color,
      toColor(0xf2ecd8),
      0.16 * Math.exp(-moon * 9) + 0.85 * computeStep(0.042, 0.039, moon),
    );
    for (let row = 0; row < 3; row++) color = paintBlock(color, x * aspect, y, row);
    return color;
  };
  const paintBlock = (behind, x, y, row) => {
    const width = 0.1 - row * 0.008;
    const lot = Math.floor((x + row * 0.037) / width);
    const inside = (x + row * 0.037) / width - lot;
    const tall = computeGrain(lot, row, seed + 3);
    const roof = shore - (0.12 + tall ** 1.6 * (0.4 - row * 0.1));
    const gap = 0.06 + computeGrain(lot, row, seed + 4) * 0.14;
    const mast = tall > 0.8 && Math.abs(inside - 0.5) < 0.012 && y > roof - 0.05;
    if (!mast && (y < roof || inside < gap || inside > 1 - gap * 0.4)) return behind;
    const wall = shade(
      mix(toColor(0x3a3558), toColor(0x10142b), row / 2),
      0.8 + 0.4 * computeGrain(lot, row, seed + 5) - (inside - 0.5) * 0.3,
    );
    if (mast) return wall;
    const size = 0.0115 + computeGrain(lot, row, seed + 6) * 0.004;
    const [column, floor] = [Math.floor((inside * width) / size), Math.floor((y - roof) / (size * 1.35))];
    const [across, down] = [(inside * width) / size - column, (y - roof) / (size * 1.35) - floor];
    const lit = computeGrain(column + lot * 57, floor + row * 91, seed + 8);
    if (lit < 0.56 || floor === 0 || across < 0.25 || across > 0.8 || down < 0.25 || down > 0.75) return wall;
    const lamp = mix(
      toColor(0xffb45c),
      lit > 0.93 ? toColor(0xbfe0ff) : toColor(0xffe3a6),
      computeGrain(column, floor, seed + lot),
    );
    return mix(wall, lamp, 0.35 + 0.65 * computeGrain(floor, column, seed + lot + 2));
  };
  return (x, y) => {
    if (y < shore) return computeSkyline(x, y);
    const depth = (y - shore) / (1 - shore);
    const far = 1 / (depth + 0.08);
    const wave = computeClouds(x * aspect * far * 1.6, far * 11, 4, seed + 40) - 0.5;
    let light = [0, 0, 0];
    for (let tap = -2; tap <= 2; tap++) {
      const up = shore - (y - shore) * 0.95 + (wave * 0.09 + tap * 0.016) * (0.4 + depth);
      light = addGlow(
        light,
        computeSkyline(x + wave * 0.012 * (1 + depth), Math.min(Math.max(up, 0), shore - 0.002)),
        0.2,
      );
    }
    const water = mix(shade(light, 0.9), toColor(0x0a1230), 0.22 + depth * 0.35 - wave * 0.4);
    const lamps =
      Math.exp(-((depth / 0.02) ** 2)) *
      (0.25 + 0.5 * computeStep(0.5, 0.75, computeClouds(x * aspect * 40, 1, 2, seed)));
    return addGlow(water, toColor(0xffb066), lamps);
  };
}
