import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Locator } from "playwright-core";
import sharp from "sharp";
import { drawTestImage } from "../images.js";
import type { Visitor } from "./chromium.js";

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

/** The color of an element as it is seen once it has faded in, at a place of it in fractions of its sides. */
async function readColor(element: Locator, x: number, y: number): Promise<readonly number[]> {
  const { data, info } = await sharp(await element.screenshot({ animations: "disabled" }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
  return [...data.subarray(at, at + 3)];
}

/** The URLs of the renditions, by name. */
export async function readUrls({ page }: Visitor): Promise<Readonly<Record<string, string>>> {
  const items = page.locator("li[data-rendition]");
  await items.first().waitFor();
  return Object.fromEntries(
    await items.evaluateAll((all) =>
      all.map((one) => [one.getAttribute("data-rendition"), one.querySelector("img")?.src]),
    ),
  );
}

/** Whether an image, once it is decoded, has about this color at a place of it in fractions of its sides. */
export async function isNear(
  element: Locator,
  x: number,
  y: number,
  color: readonly number[],
): Promise<boolean> {
  await element.evaluate((image: object) => (image as { decode(): Promise<void> }).decode());
  const seen = await readColor(element, x, y);
  return seen.every((value, index) => Math.abs(value - (color[index] ?? 0)) < 60);
}
