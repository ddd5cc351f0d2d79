import type { PlannedImage, RenderPlan } from "../../../src/domain/model/render-plan.js";
import type { Size } from "../../../src/domain/model/size.js";
import type { Gravity } from "../../../src/domain/model/thumbnail-spec.js";
import type { PlannedWatermark } from "../../../src/domain/model/watermark-placement.js";
import { NO_LIMITS } from "../../../src/ports/contracts/image-engine/harness.js";
import { paint, readPixel } from "../../../src/ports/contracts/image-engine/pixels.js";
import type { ImageCodec, ImageEngineHarness, Pixels } from "../../../src/ports/contracts/index.js";
import type { ImageEngine, RenderedImage } from "../../../src/ports/image-engine.js";
import { type Liar, lying } from "./lying.js";

/** An honest engine whose outputs can be looked at. */
export type SeeingHarness = ImageEngineHarness & { readonly codec: ImageCodec };

type Planning = (output: PlannedImage, plan: RenderPlan) => PlannedImage;

function renderer(
  law: string,
  lie: string,
  render: (harness: SeeingHarness) => ImageEngine["render"],
): Liar<SeeingHarness> {
  return {
    law,
    lie,
    tell: (honest) => ({ ...honest, engine: lying(honest.engine, { render: render(honest) }) }),
  };
}

/** A liar that carries out another plan than the one it was given. */
function planner(law: string, lie: string, change: Planning): Liar<SeeingHarness> {
  return renderer(
    law,
    lie,
    ({ engine }) =>
      (bytes, plan, options) =>
        engine.render(bytes, planned(plan, change), options),
  );
}

/** A liar that paints over its finished stills, where that loses nothing. */
function painter(
  law: string,
  lie: string,
  repaint: (pixels: Pixels, plan: RenderPlan) => Pixels,
): Liar<SeeingHarness> {
  return renderer(law, lie, ({ engine, codec }) => async (bytes, plan) => {
    const { outputs } = await engine.render(bytes, plan);
    const painted = async (output: RenderedImage) => {
      if (output.format !== "png") return output;
      const frames = await codec.decode(output.bytes);
      return { ...output, bytes: await codec.encode(frames.map((frame) => repaint(frame, plan))) };
    };
    return { outputs: await Promise.all(outputs.map(painted)) };
  });
}

/** A liar that lays one more mark over what it has marked. */
function marker(
  law: string,
  lie: string,
  again: (mark: PlannedWatermark) => PlannedWatermark,
): Liar<SeeingHarness> {
  return renderer(law, lie, ({ engine }) => async (bytes, plan) => {
    const { outputs } = await engine.render(bytes, plan);
    const twice = async (output: RenderedImage, index: number) => {
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
    return { outputs: await Promise.all(outputs.map(twice)) };
  });
}

/** A liar that mixes up the frames of an original before it renders them. */
function shuffler(
  law: string,
  lie: string,
  order: (frames: readonly Pixels[]) => readonly Pixels[],
): Liar<SeeingHarness> {
  return renderer(law, lie, ({ engine, codec }) => async (bytes, plan) => {
    const mixed = await codec.encode(order(await codec.decode(bytes)));
    return engine.render(mixed, { ...plan, source: await engine.inspect(mixed, NO_LIMITS) });
  });
}

/** Draws no mark, looks at nothing, crops and pads from the corner, in magenta. */
const lazily: Planning = ({ watermark, smartCrop, ...output }) => ({
  ...output,
  ...(output.crop && { crop: { ...output.crop, left: 0, top: 0 } }),
  ...(output.canvas && { canvas: { ...output.canvas, left: 0, top: 0 } }),
  background: "#ff00ff",
});

const LAZILY = "draws no mark, looks at nothing, crops and pads from the corner, and that in magenta";

const SCALED =
  "the whole picture is scaled to the planned size, stretched or enlarged where the plan says so";
const KEPT = "what is kept is the planned rectangle of the scaled picture";
const SMART = "a smart crop keeps a rectangle of the planned size that lies inside the scaled picture";
const STANDS_OUT = "a smart crop keeps what alone stands out";
const PADDED = "the picture lies on its canvas where the plan says, and around it is the background alone";
const CLEAR = "transparency stays where the format has it, and lies on the background where it has none";
const UNSCALED = "pixels that are not scaled stay as they are where the format loses nothing";
const UPRIGHT = "every output shows the picture upright, however it is stored";
const MARKED = "a planned mark is drawn at each planned place, once and as opaque as planned";
const UNTOUCHED = "a mark touches nothing but its planned places";
const UNMARKED = "an output that has no mark planned carries none, whatever others have";
const MARKED_EACH = "every output that has a mark planned carries it, whatever others have";
const TEXT = "a text is drawn in its color where the plan says, as large as its box allows";
const QUALITY =
  "a lower quality gives a smaller output that is further from the picture, where the format loses something";
const DEFAULT_QUALITY =
  "an output whose quality is not planned is closer to the picture than one of quality 10";
const MOVING = "an output that moves shows every frame, in its order";
const FLATTENED = "an output that the plan flattens shows the first frame";

/** Broken engines, each of which gives outputs of the planned size and format. */
export const imageEnginePixelLiars: readonly Liar<SeeingHarness>[] = [
  ...[KEPT, STANDS_OUT, PADDED, MARKED].map((law) => planner(law, LAZILY, lazily)),
  planner(SCALED, "crops where the plan says to stretch", (output, { upright }) => {
    const { resize, crop, canvas } = output;
    const scale = Math.max(resize.width / upright.width, resize.height / upright.height);
    const whole = { width: Math.ceil(upright.width * scale), height: Math.ceil(upright.height * scale) };
    return crop || canvas
      ? output
      : { ...unscaled(output), resize: whole, crop: { ...resize, left: 0, top: 0 } };
  }),
  planner(SCALED, "leaves a small picture small, on a canvas", (output, { upright }) => {
    const { crop, canvas, size } = output;
    const isLarger = size.width >= upright.width && size.height >= upright.height;
    return crop || canvas || !isLarger
      ? output
      : { ...unscaled(output), resize: upright, canvas: { ...size, left: 0, top: 0 } };
  }),
  planner(KEPT, "keeps the upper left corner, whatever is planned", (output) =>
    output.crop ? { ...output, crop: { ...output.crop, left: 0, top: 0 } } : output,
  ),
  planner(KEPT, "keeps what lies a tenth beside the planned rectangle", (output) => {
    const { crop, resize } = output;
    if (!crop) return output;
    const beside = (at: number, part: number, whole: number) => {
      const by = Math.ceil(part / 10);
      return at + part + by <= whole ? at + by : Math.max(at - by, 0);
    };
    const left = beside(crop.left, crop.width, resize.width);
    return { ...output, crop: { ...crop, left, top: beside(crop.top, crop.height, resize.height) } };
  }),
  planner(KEPT, "forgets the planned rectangle where the output moves", (output) =>
    output.crop && output.frames > 1 ? { ...output, crop: { ...output.crop, left: 0, top: 0 } } : output,
  ),
  planner(KEPT, "squeezes the whole picture into the planned rectangle", squeezed),
  planner(SMART, "squeezes the whole picture into a smart crop", (output) =>
    output.smartCrop ? squeezed(output) : output,
  ),
  planner(STANDS_OUT, "crops in the middle without a look", ({ smartCrop, ...output }) => output),
  planner(PADDED, "pads on the wrong side", ({ canvas, ...output }) => ({
    ...output,
    ...(canvas && {
      canvas: {
        ...canvas,
        left: canvas.width - output.resize.width - canvas.left,
        top: canvas.height - output.resize.height - canvas.top,
      },
    }),
  })),
  planner(PADDED, "pads in white, whatever the background is", (output) => ({
    ...output,
    background: "#ffffff",
  })),
  planner(PADDED, "pads with a background that has lost its transparency", (output) => ({
    ...output,
    background: output.background.slice(0, 7),
  })),
  planner(PADDED, "spreads the picture over its canvas", (output) =>
    output.canvas ? squeezed(output) : output,
  ),
  planner(CLEAR, "lays transparency on black", (output) => ({ ...output, background: "#000000" })),
  painter(CLEAR, "lays transparency on white where the format has it too", (pixels) =>
    paint(pixels, (x, y) => {
      const [red, green, blue, alpha] = readPixel(pixels, x, y);
      return alpha < 255 ? [255, 255, 255, 255] : [red, green, blue, 255];
    }),
  ),
  painter(UNSCALED, "is off by one pixel", (pixels) =>
    paint(pixels, (x, y) => readPixel(pixels, Math.max(x - 1, 0), y)),
  ),
  painter(UNSCALED, "writes fewer colors", (pixels) => ({
    ...pixels,
    data: pixels.data.map((level) => level & 0xfe),
  })),
  painter(UPRIGHT, "turns the wrong way round", (pixels, { source }) =>
    source.orientation < 5
      ? pixels
      : paint(pixels, (x, y) => readPixel(pixels, pixels.width - 1 - x, pixels.height - 1 - y)),
  ),
  painter(UPRIGHT, "does not mirror what is stored mirrored", (pixels, { source }) =>
    [2, 4, 5, 7].includes(source.orientation)
      ? paint(pixels, (x, y) => readPixel(pixels, pixels.width - 1 - x, y))
      : pixels,
  ),
  planner(MARKED, "draws no mark", ({ watermark, ...output }) => output),
  remarker(MARKED, "draws a mark in the opposite corner", opposite),
  remarker(MARKED, "draws a mark into the margin", (mark, size) => ({
    ...mark,
    room: { left: 0, top: 0, ...size },
  })),
  remarker(MARKED, "draws every mark as opaque as it is", (mark) => ({ ...mark, opacity: 1 })),
  remarker(MARKED, "draws a tiling as one mark", (mark) => ({
    ...mark,
    gravity: mark.gravity === "tile" ? "center" : mark.gravity,
  })),
  remarker(MARKED, "draws a mark half as large", (mark) => ({ ...mark, box: halved(mark.box) })),
  planner(MARKED, "draws no mark where the output moves", ({ watermark, ...output }) =>
    watermark && output.frames === 1 ? { ...output, watermark } : output,
  ),
  planner(MARKED, "draws no mark in a WebP", ({ watermark, ...output }) =>
    watermark && output.format !== "webp" ? { ...output, watermark } : output,
  ),
  marker(MARKED, "draws a mark twice at one place", (mark) => mark),
  marker(UNTOUCHED, "draws one more mark in the opposite corner", opposite),
  marker(UNTOUCHED, "draws marks between those of a tiling and around a single one", (mark) => ({
    ...mark,
    gravity: "tile",
    gap: 0,
  })),
  remarker(UNTOUCHED, "draws a mark larger than its box", (mark, size) => ({ ...mark, box: size })),
  planner(
    MARKED_EACH,
    "marks only the first output that has a mark planned",
    ({ watermark, ...output }, { outputs }) => {
      const first = outputs.find((one) => one.kind === "image" && one.watermark);
      return { ...output, ...(watermark && first?.name === output.name && { watermark }) };
    },
  ),
  renderer(UNMARKED, "marks every output once one is marked", ({ engine }) => (bytes, plan) => {
    const watermark = plan.outputs.flatMap((output) =>
      output.kind === "image" ? (output.watermark ?? []) : [],
    )[0];
    return engine.render(
      bytes,
      planned(plan, (output) => (watermark ? { ...output, watermark } : output)),
    );
  }),
  remarker(TEXT, "draws a text half as large", (mark) => ({ ...mark, box: halved(mark.box) })),
  remarker(TEXT, "draws a text in the opposite corner", opposite),
  remarker(TEXT, "draws every text in white", (planned) => {
    const { watermark } = planned;
    return watermark.kind === "text"
      ? { ...planned, watermark: { ...watermark, color: "#ffffff" } }
      : planned;
  }),
  planner(TEXT, "draws no text", ({ watermark, ...output }) => output),
  planner(QUALITY, "ignores the quality", ({ quality, ...output }) => output),
  planner(QUALITY, "writes everything in quality 1", (output) => ({ ...output, quality: 1 })),
  planner(QUALITY, "takes no quality below 50", (output) => ({
    ...output,
    quality: Math.max(output.quality ?? 80, 50),
  })),
  planner(DEFAULT_QUALITY, "writes in quality 1 what nobody said a quality for", (output) => ({
    quality: 1,
    ...output,
  })),
  shuffler(MOVING, "plays backwards", (frames) => frames.toReversed()),
  shuffler(MOVING, "plays the first half twice", (frames) => {
    const half = frames.slice(0, frames.length / 2);
    return [...half, ...half];
  }),
  shuffler(FLATTENED, "shows the last frame of what moves", (frames) => frames.toReversed()),
];

function planned(plan: RenderPlan, change: Planning): RenderPlan {
  const outputs = plan.outputs.map((output) => (output.kind === "image" ? change(output, plan) : output));
  return { ...plan, outputs };
}

function unscaled({ scaledBy, ...output }: PlannedImage): PlannedImage {
  return output;
}

function squeezed({ crop, canvas, smartCrop, scaledBy, ...output }: PlannedImage): PlannedImage {
  return { ...output, resize: output.size };
}

/** A liar that carries out its marks in another way than planned. */
function remarker(
  law: string,
  lie: string,
  change: (mark: PlannedWatermark, size: Size) => PlannedWatermark,
): Liar<SeeingHarness> {
  return planner(law, lie, ({ watermark, ...output }) => ({
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

function opposite(mark: PlannedWatermark): PlannedWatermark {
  return mark.gravity === "tile" ? mark : { ...mark, gravity: OPPOSITE[mark.gravity] };
}

function halved({ width, height }: Size): Size {
  return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
}
