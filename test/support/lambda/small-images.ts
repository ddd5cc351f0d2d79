import sharp from "sharp";

/** An upload. */
export interface SmallImage {
  readonly key: string;
  readonly bytes: Buffer;
  readonly corrupt: boolean;
}

/** Small pictures, each of its own colour, of which every `nth` breaks off in the middle of its pixels. */
export async function drawSmallImages(count: number, { everyNthCorrupt }: { everyNthCorrupt: number }) {
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<SmallImage> => {
      const background = { r: (index * 37) % 256, g: (index * 91) % 256, b: index % 256 };
      const whole = await sharp({ create: { width: 96, height: 64, channels: 3, background } })
        .composite([{ input: STRIPES, raw: { width: 8, height: 8, channels: 4 }, tile: true }])
        .jpeg()
        .toBuffer();
      const corrupt = index % everyNthCorrupt === everyNthCorrupt - 1;
      const bytes = corrupt ? whole.subarray(0, Math.floor(whole.length * 0.7)) : whole;
      return { key: `many/${String(index).padStart(3, "0")}.jpg`, bytes, corrupt };
    }),
  );
}

/** So that there is something in a picture to break off: columns of white, half seen through. */
const STRIPES = Buffer.from(
  Array.from({ length: 8 * 8 }, (_, at) => [255, 255, 255, at % 8 < 4 ? 128 : 0]).flat(),
);
