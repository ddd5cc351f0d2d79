import { drawTestImage, type TestFormat } from "../images.js";
import { createRefused, type HostileImage } from "./hostile-image.js";

const WHOLE: readonly (readonly [name: string, image: Parameters<typeof drawTestImage>[0]])[] = [
  ["JPEG", { format: "jpeg" }],
  ["progressive JPEG", { format: "jpeg", progressive: true }],
  ["PNG", { format: "png" }],
  ["interlaced PNG", { format: "png", progressive: true, alpha: true }],
  ["WebP", { format: "webp" }],
  ["WebP with alpha", { format: "webp", alpha: true }],
  ["moving WebP", { format: "webp", frames: 3 }],
  ["GIF", { format: "gif" }],
  ["moving GIF", { format: "gif", frames: 3 }],
];

/** Pictures that end early: after each eighth, and one byte before their last piece of pixels. */
export async function buildBrokenImages(): Promise<readonly HostileImage[]> {
  const files: HostileImage[] = [];
  for (const [name, image] of WHOLE) {
    const bytes = await drawTestImage({ width: 320, height: 240, ...image });
    for (let eighth = 1; eighth < 8; eighth++) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * eighth) / 8));
      files.push(createRefused(`${eighth}/8 of a ${name}`, cut, "corrupt-image", /received/));
    }
  }
  return files;
}

/** The formats that are allowed unless a policy says otherwise. */
export const ALLOWED: readonly TestFormat[] = ["jpeg", "png", "webp", "gif"];
