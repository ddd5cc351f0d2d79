import type { PlannedImage, RenderPlan } from "../../../src/domain/model/render-plan.js";
import type { Size } from "../../../src/domain/model/size.js";
import type { Gravity } from "../../../src/domain/model/thumbnail-spec.js";
import type { PlannedWatermark } from "../../../src/domain/model/watermark-placement.js";
import { NO_LIMITS } from "../../../src/ports/contracts/image-engine/harness.js";
import { paint, readPixel } from "../../../src/ports/contracts/image-engine/pixels.js";
import type { ImageCodec, ImageEngineHarness, Pixels } from "../../../src/ports/contracts/index.js";
import type { ImageEngine, RenderedImage } from "../../../src/ports/image-engine.js";
import { type Liar, replaceMethods } from "./liar.js";

/** An honest engine whose outputs can be looked at. */
export type SeeingHarness = ImageEngineHarness & { readonly codec: ImageCodec };

type Planning = (output: PlannedImage, plan: RenderPlan) => PlannedImage;

function createRenderer(
  law: string,
  lie: string,
  render: (harness: SeeingHarness) => ImageEngine["render"],
): Liar<SeeingHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, engine: replaceMethods(honest.engine, { render: render(honest) }) }),
  };
}

/** A liar that carries out another plan than the one it was given. */
function createPlanner(law: string, lie: string, change: Planning): Liar<SeeingHarness> {
  return createRenderer(
    law,
    lie,
    ({ engine }) =>
      (bytes, plan, options) =>
        engine.render(bytes, changeOutputs(plan, change), options),
  );
}

/** A liar that paints over its finished stills, where that loses nothing. */
function createPainter(
  law: string,
  lie: string,
  repaint: (pixels: Pixels, plan: RenderPlan) => Pixels,
): Liar<SeeingHarness> {
  return createRenderer(law, lie, ({ engine, codec }) => async (bytes, plan) => {
    const { outputs } = await engine.render(bytes, plan);
    const paintOutput = async (output: RenderedImage) => {
      if (output.format !== "png") return output;
      const frames = await codec.decode(output.bytes);
      return { ...output, bytes: await codec.encode(frames.map((frame) => repaint(frame, plan))) };
    };
    return { outputs: await Promise.all(outputs.map(paintOutput)) };
  });
}

/** A liar that draws one more watermark over an output that has one. */
function createWatermarker(
  law: string,
  lie: string,
  again: (planned: PlannedWatermark) => PlannedWatermark,
): Liar<SeeingHarness> {
  return createRenderer(law, lie, ({ engine }) => async (bytes, plan) => {
    const { outputs } = await engine.render(bytes, plan);
    const drawTwice = async (output: RenderedImage, index: number) => {
      const asked = plan.outputs[index];
      if (asked?.kind !== "image" || !asked.watermark || output.frames > 1) return output;
      const { crop, canvas, ...whole } = { ...asked, resize: asked.size, watermark: again(asked.watermark) };
      const source = await engine.inspect(output.bytes, NO_LIMITS);
      const second = await engine.render(output.bytes, {
        ...plan,
        source,
        upright: asked.size,
        outputs: [whole],
      });
      return second.outputs[0] ?? output;
    };
    return { outputs: await Promise.all(outputs.map(drawTwice)) };
  });
}

/** A liar that mixes up the frames of an original before it renders them. */
function createShuffler(
  law: string,
  lie: string,
  order: (frames: readonly Pixels[]) => readonly Pixels[],
): Liar<SeeingHarness> {
  return createRenderer(law, lie, ({ engine, codec }) => async (bytes, plan) => {
    const mixed = await codec.encode(order(await codec.decode(bytes)));
    return engine.render(mixed, { ...plan, source: await engine.inspect(mixed, NO_LIMITS) });
  });
}

/** Draws no watermark, ignores the picture, crops and pads from the corner, in magenta. */
const dropWork: Planning = ({ watermark, smartCrop, ...output }) => ({
  ...output,
  ...(output.crop && { crop: { ...output.crop, left: 0, top: 0 } }),
  ...(output.canvas && { canvas: { ...output.canvas, left: 0, top: 0 } }),
  background: "#ff00ff",
});

const LAZILY = "draws no watermark, ignores the picture, crops and pads from the corner, in magenta";

const SCALED =
  "the whole picture is scaled to the planned size, stretched or enlarged where the plan says so";
const KEPT = "what is kept is the planned rectangle of the scaled picture";
const SMART = "a smart crop keeps a rectangle of the planned size that lies inside the scaled picture";
const STANDS_OUT = "a smart crop keeps what alone stands out";
const PADDED = "the picture lies on its canvas where the plan says, and around it is the background alone";
const CLEAR = "transparency stays where the format has it, and lies on the background where it has none";
const UNSCALED = "pixels that are not scaled stay as they are where the format loses nothing";
const UPRIGHT = "every output shows the picture upright, however it is stored";
const WATERMARKED = "a planned watermark is drawn once at each planned position, as opaque as planned";
const UNTOUCHED = "a watermark changes nothing outside its planned positions";
const WITHOUT_WATERMARK = "an output without a planned watermark has none, whatever other outputs have";
const WATERMARKED_EACH = "every output with a planned watermark has it, whatever other outputs have";
const TEXT = "a text is drawn in its color where the plan says, as large as its box allows";
const QUALITY =
  "a lower quality gives a smaller output that is further from the picture, where the format loses something";
const DEFAULT_QUALITY =
  "an output whose quality is not planned is closer to the picture than one of quality 10";
const MOVING = "an output that moves shows every frame, in its order";
const FLATTENED = "an output that the plan flattens shows the first frame";

/** Broken engines, each of which gives outputs of the planned size and format. */
export const imageEnginePixelLiars: readonly Liar<SeeingHarness>[] = [
  ...[KEPT, STANDS_OUT, PADDED, WATERMARKED].map((law) => createPlanner(law, LAZILY, dropWork)),
  createPlanner(SCALED, "crops where the plan says to stretch", (output, { upright }) => {
    const { resize, crop, canvas } = output;
    const scale = Math.max(resize.width / upright.width, resize.height / upright.height);
    const whole = { width: Math.ceil(upright.width * scale), height: Math.ceil(upright.height * scale) };
    return crop || canvas
      ? output
      : { ...dropScaling(output), resize: whole, crop: { ...resize, left: 0, top: 0 } };
  }),
  createPlanner(SCALED, "leaves a small picture small, on a canvas", (output, { upright }) => {
    const { crop, canvas, size } = output;
    const isLarger = size.width >= upright.width && size.height >= upright.height;
    return crop || canvas || !isLarger
      ? output
      : { ...dropScaling(output), resize: upright, canvas: { ...size, left: 0, top: 0 } };
  }),
  createPlanner(KEPT, "keeps the upper left corner, whatever is planned", (output) =>
    output.crop ? { ...output, crop: { ...output.crop, left: 0, top: 0 } } : output,
  ),
  createPlanner(KEPT, "keeps what lies a tenth beside the planned rectangle", (output) => {
    const { crop, resize } = output;
    if (!crop) return output;
    const shift = (at: number, part: number, whole: number) => {
      const by = Math.ceil(part / 10);
      return at + part + by <= whole ? at + by : Math.max(at - by, 0);
    };
    const left = shift(crop.left, crop.width, resize.width);
    return { ...output, crop: { ...crop, left, top: shift(crop.top, crop.height, resize.height) } };
  }),
  createPlanner(KEPT, "forgets the planned rectangle where the output moves", (output) =>
    output.crop && output.frames > 1 ? { ...output, crop: { ...output.crop, left: 0, top: 0 } } : output,
  ),
  createPlanner(KEPT, "squeezes the whole picture into the planned rectangle", squeeze),
  createPlanner(SMART, "squeezes the whole picture into a smart crop", (output) =>
    output.smartCrop ? squeeze(output) : output,
  ),
  createPlanner(STANDS_OUT, "crops in the middle without a look", ({ smartCrop, ...output }) => output),
  createPlanner(PADDED, "pads on the wrong side", ({ canvas, ...output }) => ({
    ...output,
    ...(canvas && {
      canvas: {
        ...canvas,
        left: canvas.width - output.resize.width - canvas.left,
        top: canvas.height - output.resize.height - canvas.top,
      },
    }),
  })),
  createPlanner(PADDED, "pads in white, whatever the background is", (output) => ({
    ...output,
    background: "#ffffff",
  })),
  createPlanner(PADDED, "pads with a background that has lost its transparency", (output) => ({
    ...output,
    background: output.background.slice(0, 7),
  })),
  createPlanner(PADDED, "spreads the picture over its canvas", (output) =>
    output.canvas ? squeeze(output) : output,
  ),
  createPlanner(CLEAR, "lays transparency on black", (output) => ({ ...output, background: "#000000" })),
  createPainter(CLEAR, "lays transparency on white where the format has it too", (pixels) =>
    paint(pixels, (x, y) => {
      const [red, green, blue, alpha] = readPixel(pixels, x, y);
      return alpha < 255 ? [255, 255, 255, 255] : [red, green, blue, 255];
    }),
  ),
  createPainter(UNSCALED, "is off by one pixel", (pixels) =>
    paint(pixels, (x, y) => readPixel(pixels, Math.max(x - 1, 0), y)),
  ),
  createPainter(UNSCALED, "writes fewer colors", (pixels) => ({
    ...pixels,
    data: pixels.data.map((level) => level & 0xfe),
  })),
  createPainter(UPRIGHT, "turns the wrong way round", (pixels, { source }) =>
    source.orientation < 5
      ? pixels
      : paint(pixels, (x, y) => readPixel(pixels, pixels.width - 1 - x, pixels.height - 1 - y)),
  ),
  createPainter(UPRIGHT, "does not mirror what is stored mirrored", (pixels, { source }) =>
    [2, 4, 5, 7].includes(source.orientation)
      ? paint(pixels, (x, y) => readPixel(pixels, pixels.width - 1 - x, y))
      : pixels,
  ),
  createPlanner(WATERMARKED, "draws no watermark", ({ watermark, ...output }) => output),
  createRemarker(WATERMARKED, "draws a watermark in the opposite corner", mirrorPlacement),
  createRemarker(WATERMARKED, "draws a watermark into the margin", (planned, size) => ({
    ...planned,
    room: { left: 0, top: 0, ...size },
  })),
  createRemarker(WATERMARKED, "draws every watermark without its opacity", (planned) => ({
    ...planned,
    opacity: 1,
  })),
  createRemarker(WATERMARKED, "draws a tiling as one watermark", (planned) => ({
    ...planned,
    gravity: planned.gravity === "tile" ? "center" : planned.gravity,
  })),
  createRemarker(WATERMARKED, "draws a watermark half as large", (planned) => ({
    ...planned,
    box: halve(planned.box),
  })),
  createPlanner(WATERMARKED, "draws no watermark where the output moves", ({ watermark, ...output }) =>
    watermark && output.frames === 1 ? { ...output, watermark } : output,
  ),
  createPlanner(WATERMARKED, "draws no watermark in a WebP", ({ watermark, ...output }) =>
    watermark && output.format !== "webp" ? { ...output, watermark } : output,
  ),
  createWatermarker(WATERMARKED, "draws a watermark twice at one place", (planned) => planned),
  createWatermarker(UNTOUCHED, "draws one more watermark in the opposite corner", mirrorPlacement),
  createWatermarker(
    UNTOUCHED,
    "draws watermarks between those of a tiling and around a single one",
    (planned) => ({
      ...planned,
      gravity: "tile",
      gap: 0,
    }),
  ),
  createRemarker(UNTOUCHED, "draws a watermark larger than its box", (planned, size) => ({
    ...planned,
    box: size,
  })),
  createPlanner(
    WATERMARKED_EACH,
    "draws a watermark only on the first output that has one planned",
    ({ watermark, ...output }, { outputs }) => {
      const first = outputs.find((one) => one.kind === "image" && one.watermark);
      return { ...output, ...(watermark && first?.name === output.name && { watermark }) };
    },
  ),
  createRenderer(
    WITHOUT_WATERMARK,
    "draws a watermark on every output if one has it planned",
    ({ engine }) =>
      (bytes, plan) => {
        const watermark = plan.outputs.flatMap((output) =>
          output.kind === "image" ? (output.watermark ?? []) : [],
        )[0];
        return engine.render(
          bytes,
          changeOutputs(plan, (output) => (watermark ? { ...output, watermark } : output)),
        );
      },
  ),
  createRemarker(TEXT, "draws a text half as large", (planned) => ({ ...planned, box: halve(planned.box) })),
  createRemarker(TEXT, "draws a text in the opposite corner", mirrorPlacement),
  createRemarker(TEXT, "draws every text in white", (planned) => {
    const { watermark } = planned;
    return watermark.kind === "text"
      ? { ...planned, watermark: { ...watermark, color: "#ffffff" } }
      : planned;
  }),
  createPlanner(TEXT, "draws no text", ({ watermark, ...output }) => output),
  createPlanner(QUALITY, "ignores the quality", ({ quality, ...output }) => output),
  createPlanner(QUALITY, "writes everything in quality 1", (output) => ({ ...output, quality: 1 })),
  createPlanner(QUALITY, "takes no quality below 50", (output) => ({
    ...output,
    quality: Math.max(output.quality ?? 80, 50),
  })),
  createPlanner(DEFAULT_QUALITY, "writes in quality 1 what nobody said a quality for", (output) => ({
    quality: 1,
    ...output,
  })),
  createShuffler(MOVING, "plays backwards", (frames) => frames.toReversed()),
  createShuffler(MOVING, "plays the first half twice", (frames) => {
    const half = frames.slice(0, frames.length / 2);
    return [...half, ...half];
  }),
  createShuffler(FLATTENED, "shows the last frame of what moves", (frames) => frames.toReversed()),
];

function changeOutputs(plan: RenderPlan, change: Planning): RenderPlan {
  const outputs = plan.outputs.map((output) => (output.kind === "image" ? change(output, plan) : output));
  return { ...plan, outputs };
}

function dropScaling({ scaledBy, ...output }: PlannedImage): PlannedImage {
  return output;
}

function squeeze({ crop, canvas, smartCrop, scaledBy, ...output }: PlannedImage): PlannedImage {
  return { ...output, resize: output.size };
}

/** A liar that draws its watermarks in another way than planned. */
function createRemarker(
  law: string,
  lie: string,
  change: (planned: PlannedWatermark, size: Size) => PlannedWatermark,
): Liar<SeeingHarness> {
  return createPlanner(law, lie, ({ watermark, ...output }) => ({
    ...output,
    ...(watermark && { watermark: change(watermark, output.size) }),
  }));
}

const OPPOSITE: Readonly<Record<Gravity, Gravity>> = {
  center: "northwest",
  north: "south",
  northeast: "southwest",
  east: "west",
  southeast: "northwest",
  south: "north",
  southwest: "northeast",
  west: "east",
  northwest: "southeast",
};

function mirrorPlacement(planned: PlannedWatermark): PlannedWatermark {
  return planned.gravity === "tile" ? planned : { ...planned, gravity: OPPOSITE[planned.gravity] };
}

function halve({ width, height }: Size): Size {
  return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
}
