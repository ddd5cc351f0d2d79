/** The hues by the degree on the colour circle at which each ends; red begins and ends it. */
const HUES: readonly (readonly [number, string])[] = [
  [15, "red"],
  [45, "orange"],
  [70, "yellow"],
  [165, "green"],
  [195, "cyan"],
  [255, "blue"],
  [290, "purple"],
  [345, "pink"],
  [360, "red"],
];

/** The plain word for a colour of the form `#rrggbb`. */
export function nameColor(hexadecimal: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(
    (at) => Number.parseInt(hexadecimal.slice(at, at + 2), 16) / 255,
  );
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const spread = high - low;
  const light = (high + low) / 2;
  if (light < 0.1) return "black";
  if (light > 0.93) return "white";
  // Near black and near white, a spread that is small in numbers makes a strong colour: it counts against what is possible.
  if (spread / (1 - Math.abs(2 * light - 1)) < 0.15) return light > 0.85 ? "white" : "gray";
  const hue = computeHue(red, green, blue, high, spread);
  const name = HUES.find(([end]) => hue < end)?.[1] ?? "red";
  return (name === "orange" || name === "red") && light < 0.35 && hue >= 10 && hue < 45 ? "brown" : name;
}

function computeHue(red: number, green: number, blue: number, high: number, spread: number): number {
  if (high === red) return (((green - blue) / spread) * 60 + 360) % 360;
  if (high === green) return ((blue - red) / spread) * 60 + 120;
  return ((red - green) / spread) * 60 + 240;
}
