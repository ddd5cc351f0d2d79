import sharp from "sharp";

/** A company's logo as a watermark: a PNG with soft transparent edges, larger than it is ever shown. */
export async function drawLogo(width = 800, height = 240) {
  const pixels = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const ring = Math.abs(Math.hypot(x - width / 2, (y - height / 2) * 2) - height * 0.7) / 24;
      const bars = Math.sin(x / 14) * Math.sin(y / 11);
      pixels.fill(255, at, at + 3);
      pixels[at + 3] = Math.max(0, Math.min(255, 255 * Math.max(1.4 - ring, bars)));
    }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}
