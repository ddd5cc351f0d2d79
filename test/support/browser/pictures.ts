import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Locator } from "playwright-core";
import sharp from "sharp";
import { drawTestImage } from "../images.js";

/** A folder of files to upload. */
export class PictureFolder {
  readonly dir = mkdtempSync(join(tmpdir(), "safelight-pictures-"));

  /** Writes a file below the folder and returns its path. */
  write(name: string, bytes: Uint8Array | string): string {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  }

  /** Writes so many pictures, no two alike, in two folders, and three files that are none. */
  async fill(count: number): Promise<void> {
    const picture = await drawTestImage({ width: 96, height: 64 });
    for (let index = 0; index < count; index++) {
      // What follows the end of a JPEG belongs to nobody: other bytes, the same picture.
      const bytes = Buffer.concat([picture, Buffer.from(`#${index}`)]);
      this.write(`${index % 2 === 0 ? "spring" : "summer/lake"}/picture-${index}.jpg`, bytes);
    }
    this.write("spring/cut.jpg", picture.subarray(0, 600));
    this.write("spring/letter.jpg", "Dear reader, this is no picture.");
    this.write("summer/empty.jpg", "");
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The color of an element as it is seen, at a place of it in fractions of its sides. */
export async function readColor(element: Locator, x: number, y: number): Promise<readonly number[]> {
  const { data, info } = await sharp(await element.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
  return [...data.subarray(at, at + 3)];
}
