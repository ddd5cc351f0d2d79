import { addGlow, computeClouds, computeGradient, computeStep, mix, shade, toColor } from "./paint.mjs";

const LIGHT = normalizeVector([-0.55, -0.65, 0.6]);

const FRUIT = [
  { x: 0.36, y: 0.56, radius: 0.185, skin: toColor(0xe8832a), blush: toColor(0xf5a53c), pores: 46 },
  { x: 0.73, y: 0.6, radius: 0.15, skin: toColor(0x9c2331), blush: toColor(0xd9a23f), pores: 0 },
  { x: 0.55, y: 0.72, radius: 0.115, skin: toColor(0xb7bf3a), blush: toColor(0xe2d65c), pores: 30 },
  { x: 0.23, y: 0.78, radius: 0.075, skin: toColor(0x43305f), blush: toColor(0x75628f), pores: 0 },
];

/** Fruit on a wooden table, in light from a window on the left. */
export function drawFruit({ seed = 91 }) {
  return (x, y) => {
    let color = paintGround(x, y, seed);
    for (const piece of FRUIT) {
      const [dx, dy] = [
        (x - piece.x - piece.radius * 0.75) / (piece.radius * 1.7),
        (y - piece.y - piece.radius * 0.93) / (piece.radius * 0.4),
      ];
      color = shade(color, 1 - 0.62 * computeStep(1.15, 0.1, Math.hypot(dx, dy)));
    }
    for (const piece of FRUIT) {
      const [dx, dy] = [(x - piece.x) / piece.radius, (y - piece.y) / (piece.radius * 0.96)];
      const off = Math.hypot(dx, dy);
      if (off < 1.01) color = mix(color, paintSkin(piece, dx, dy, seed), computeStep(1.005, 0.985, off));
    }
    return color;
  };
}

function paintGround(x, y, seed) {
  const edge = 0.6;
  if (y < edge) {
    const window = computeStep(0.75, 0.1, Math.hypot(x - 0.05, (y - 0.15) * 1.2));
    const plaster = 0.93 + 0.14 * computeClouds(x * 9, y * 9, 6, seed);
    return shade(mix(toColor(0x39433f), toColor(0xa39f86), window), plaster);
  }
  const depth = (y - edge) / (1 - edge);
  const plank = ((x - 0.5) / (0.75 + depth * 0.5)) * 5;
  const lines = computeClouds(
    plank * 26 + computeClouds(plank * 3, depth * 2, 3, seed + 3) * 5,
    depth * 2.4,
    5,
    seed + 5,
  );
  const wood = mix(
    toColor(0x6b4428),
    toColor(0xb98050),
    lines * 0.85 + 0.15 * computeClouds(x * 300, y * 30, 2, seed + 6),
  );
  const seam = computeStep(0.02, 0.006, Math.abs(plank - Math.round(plank)));
  return shade(wood, (1.12 - x * 0.5 - (1 - depth) * 0.14) * (1 - seam * 0.55));
}

function paintSkin({ skin: base, blush, pores }, dx, dy, seed) {
  const z = Math.sqrt(Math.max(1 - dx * dx - dy * dy, 0));
  const bump = pores
    ? (computeClouds((dx / (z + 0.6)) * pores, (dy / (z + 0.6)) * pores, 2, seed + pores) - 0.5) * 0.34
    : 0;
  const [nx, ny, nz] = normalizeVector([dx + bump, dy + bump * 0.7, z]);
  const facing = nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2];
  const color = mix(
    base,
    blush,
    computeStep(0.35, 0.75, computeClouds(dx * 2.4 + 5, dy * 2.4, 5, seed + 40)) * 0.8,
  );
  const bounce = Math.max(ny, 0) ** 2 * 0.16;
  const lit = shade(color, 0.2 + 0.95 * computeStep(-0.25, 1, facing) + bounce);
  const shine = Math.max(2 * facing * nz - LIGHT[2], 0) ** (pores ? 14 : 40);
  return addGlow(lit, toColor(0xfff4e0), shine * (pores ? 0.28 : 0.62));
}

const PAPER = toColor(0xf4efe2);
const FACES = [
  {
    points: [
      [0.5, 0.1],
      [0.33, 0.6],
      [0.5, 0.66],
    ],
    tone: 0.97,
  },
  {
    points: [
      [0.5, 0.1],
      [0.5, 0.66],
      [0.67, 0.6],
    ],
    tone: 0.8,
  },
  {
    points: [
      [0.06, 0.44],
      [0.5, 0.6],
      [0.27, 0.84],
    ],
    tone: 1.02,
  },
  {
    points: [
      [0.94, 0.44],
      [0.5, 0.6],
      [0.73, 0.84],
    ],
    tone: 0.86,
  },
  {
    points: [
      [0.27, 0.84],
      [0.5, 0.6],
      [0.73, 0.84],
    ],
    tone: 0.92,
  },
];

/** A folded paper boat with nothing behind it but its own soft shadow; four channels. */
export function drawBoat({ width, height, seed = 13 }) {
  const soft = 1.3 / Math.min(width, height);
  return (x, y) => {
    const shadow = 0.42 * computeStep(1, 0, Math.hypot((x - 0.53) / 0.4, (y - 0.875) / 0.06));
    let [color, alpha] = [toColor(0x1c2430), shadow];
    for (const { points, tone } of FACES) {
      const inside = measureInsideness(points, x, y);
      const cover = computeStep(-soft, soft, inside);
      if (cover === 0) continue;
      const fibre =
        0.95 +
        0.08 * computeClouds(x * 60, y * 44, 5, seed) +
        0.03 * computeClouds(x * 300, y * 12, 2, seed + 2);
      const fold = 1 - 0.13 * Math.exp(-Math.max(inside, 0) * 60) + 0.1 * (0.6 - y);
      color = mix(
        color,
        shade(mix(PAPER, toColor(0x9fb6d4), 1 - tone), tone * fibre * fold),
        cover / Math.max(cover, alpha),
      );
      alpha = alpha + (1 - alpha) * cover;
    }
    return [...color, alpha * 255];
  };
}

/** How far inside the triangle a point is; negative outside. */
function measureInsideness(points, x, y) {
  const center = [0, 1].map((axis) => (points[0][axis] + points[1][axis] + points[2][axis]) / 3);
  return Math.min(
    ...points.map((from, index) => {
      const to = points[(index + 1) % 3];
      const [ex, ey] = [to[0] - from[0], to[1] - from[1]];
      const measureSide = (px, py) => (ex * (py - from[1]) - ey * (px - from[0])) / Math.hypot(ex, ey);
      return measureSide(x, y) * Math.sign(measureSide(center[0], center[1]));
    }),
  );
}

function normalizeVector([x, y, z]) {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** A plain backdrop for pictures of pictures. */
export function paintBackdrop(x, y) {
  return computeGradient(
    [
      [0, toColor(0x20262e)],
      [1, toColor(0x2d3640)],
    ],
    (x + y) / 2,
  );
}
