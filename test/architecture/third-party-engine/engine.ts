import {
  checkUploadPolicy,
  computeWatermarkPositions,
  computeWatermarkSize,
  type Geometry,
  getFormatFacts,
  type ImageEngine,
  type PlannedCopy,
  type PlannedImage,
  type PlannedWatermark,
  type Rectangle,
  type Rendered,
  type RenderedImage,
  type RenderPlan,
  type Size,
  type SourceFacts,
  type UploadPolicy,
} from "safelight";
import { readFrames, readHeader, write } from "./format.js";
import {
  blendColors,
  type Color,
  computePixels,
  cutRectangle,
  type Picture,
  parseColor,
  placePicture,
  scalePicture,
  toPicture,
  toPixels,
  turnUpright,
} from "./picture.js";

/** An engine as somebody else would write it: it knows of Safelight what the package exports, and of images one kind. */
export const plainEngine: ImageEngine = {
  version: "plain 1",
  inspect: async (bytes, policy) => inspect(bytes, policy),
  render: async (bytes, plan) => render(bytes, plan),
  // The files that others call a JPEG or a PNG it cannot read.
  getKnownGoodPicture: (format) =>
    write({ format }, [{ width: 30, height: 20, data: new Uint8Array(30 * 20 * 4).fill(99) }]),
};

function inspect(bytes: Uint8Array, policy: UploadPolicy): SourceFacts {
  const { format, width, height, orientation, frames } = readHeader(bytes);
  const facts: SourceFacts = {
    format,
    width,
    height,
    orientation,
    frames,
    bytes: bytes.length,
    hasAlpha: true,
    colorSpace: "srgb",
    decodeCost: width * height * frames * 4,
  };
  checkUploadPolicy(facts, policy);
  return facts;
}

function render(bytes: Uint8Array, plan: RenderPlan): Rendered {
  const frames = readFrames(bytes).map((frame) => turnUpright(toPicture(frame), plan.source.orientation));
  const createOutput = (output: PlannedImage | PlannedCopy) =>
    output.kind === "copy" ? createCopy(bytes, output, plan) : createImage(bytes, frames, output, plan);
  return {
    outputs: plan.outputs.map(createOutput),
    ...(plan.tagging && { tagging: createOutput(plan.tagging) }),
  };
}

function createCopy(
  bytes: Uint8Array,
  { name, format, size }: PlannedCopy,
  { source }: RenderPlan,
): RenderedImage {
  return { name, bytes: bytes.slice(), format, ...size, frames: source.frames };
}

function createImage(
  bytes: Uint8Array,
  originals: readonly Picture[],
  output: PlannedImage,
  plan: RenderPlan,
): RenderedImage {
  const { name, format, size, frames, quality = 80 } = output;
  const finished = originals
    .slice(0, frames)
    .map((frame) => toPixels(drawWatermark(renderPicture(frame, output), output)));
  const metadata = (output.metadata ?? plan.metadata) === "keep-all" ? readHeader(bytes).metadata : [];
  const lossless = format === "png" || format === "gif";
  return {
    name,
    bytes: write({ format, metadata }, finished, lossless ? 100 : quality),
    format,
    ...size,
    frames,
  };
}

/** Flattened, scaled, cropped and padded. */
function renderPicture(
  frame: Picture,
  { format, background, smartCrop, ...geometry }: PlannedImage,
): Picture {
  const { alpha } = getFormatFacts(format);
  const behind = parseColor(alpha ? background : background.slice(0, 7));
  const flat = alpha ? frame : computePixels(frame, (x, y) => blendColors(frame.at(x, y), behind));
  const whole = scalePicture(flat, geometry.resize);
  const kept = smartCrop && geometry.crop ? findLoudest(whole, geometry.crop) : geometry.crop;
  return padPicture(kept ? cutRectangle(whole, kept) : whole, geometry, behind);
}

function padPicture(picture: Picture, { canvas }: Geometry, behind: Color): Picture {
  return canvas
    ? placePicture(picture, { ...canvas, width: picture.width, height: picture.height }, canvas, behind)
    : picture;
}

/** The rectangle of this size whose neighbors differ most. */
function findLoudest(whole: Picture, { width, height }: Size): Rectangle {
  const measureLoudness = ({ left, top }: Rectangle) => {
    let total = 0;
    for (let y = top; y < top + height; y++)
      for (let x = left + 1; x < left + width; x++)
        total += Math.abs(whole.at(x, y)[1] - whole.at(x - 1, y)[1]);
    return total;
  };
  let found: Rectangle = { left: 0, top: 0, width, height };
  let most = -1;
  for (let top = 0; top <= whole.height - height; top++) {
    for (let left = 0; left <= whole.width - width; left++) {
      const here = measureLoudness({ left, top, width, height });
      if (here > most) [found, most] = [{ left, top, width, height }, here];
    }
  }
  return found;
}

function drawWatermark(picture: Picture, { watermark }: PlannedImage): Picture {
  if (!watermark) return picture;
  const image = renderWatermark(watermark);
  const clear: Color = [0, 0, 0, 0];
  return computeWatermarkPositions(watermark, image).reduce((below, place) => {
    const layer = placePicture(image, place, below, clear);
    return computePixels(below, (x, y) => blendColors(layer.at(x, y), below.at(x, y)));
  }, picture);
}

/** An image, or for words a block of their color: this engine has no font. */
function renderWatermark({ watermark, opacity, ...planned }: PlannedWatermark): Picture {
  const fadeColor = (color: Color): Color => {
    const [red, green, blue, alpha] = color;
    return [red * opacity, green * opacity, blue * opacity, alpha * opacity];
  };
  if (watermark.kind === "text") {
    const size = computeWatermarkSize(planned, { width: watermark.text.length, height: 2 });
    return computePixels(size, () => fadeColor(parseColor(watermark.color)));
  }
  const { orientation } = readHeader(watermark.image.bytes);
  const [first] = readFrames(watermark.image.bytes);
  if (!first) throw new Error("the watermark has no frame");
  const image = turnUpright(toPicture(first), orientation);
  const fitting = scalePicture(image, computeWatermarkSize(planned, image));
  return computePixels(fitting, (x, y) => fadeColor(fitting.at(x, y)));
}
