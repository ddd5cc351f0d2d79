import sharp from "sharp";
import { encode } from "../../dist/adapters/sharp/steps/encode.js";

/** The encoder with exactly the product's settings, so that only the way to it differs. */
export function encodeLikeProduct(picture, { format, quality, effort = "balanced" }) {
  return encode(picture, { output: { format, effort, ...(quality !== undefined && { quality }) } });
}

/** The encoder as sharp sets it by default: what most people get. */
export function encodeAsSharpDoes(picture, { format }) {
  return picture[format]();
}

/** As most people write it: one `sharp(input)` per output, one after the other. */
export async function renderOnePerOutput(bytes, specs, encoder = encodeLikeProduct) {
  const outputs = [];
  for (const spec of specs)
    outputs.push(await encoder(resizePicture(sharp(bytes).autoOrient(), spec), spec).toBuffer());
  return outputs;
}

/** At its best: decoded once to the largest size by hand, all outputs made from those pixels, side by side. */
export async function renderDecodedOnce(bytes, specs, encoder = encodeLikeProduct) {
  const { data, raw } = await decodeLargest(bytes, specs);
  return Promise.all(
    specs.map((spec) => encoder(resizePicture(sharp(data, { raw }), spec), spec).toBuffer()),
  );
}

/** The pixels that every output can be made from. */
export async function decodeLargest(bytes, specs) {
  const { width, height, autoOrient } = await sharp(bytes).metadata();
  const upright = { width: autoOrient?.width ?? width, height: autoOrient?.height ?? height };
  const scales = specs.map((spec) =>
    Math.max(spec.width / upright.width, (spec.height ?? 0) / upright.height),
  );
  const scale = Math.min(1, Math.max(...scales));
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize({ width: Math.round(upright.width * scale) })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
}

export function resizePicture(picture, { width, height, fit = "cover" }) {
  return picture.resize({ width, height, fit, withoutEnlargement: true });
}
