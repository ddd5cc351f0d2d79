import { computeSha256 } from "../domain/model/digest.js";
import { SafelightError } from "../domain/model/errors.js";
import { IMAGE_FORMATS, type ImageFormat } from "../domain/model/image-format.js";
import type { SourceFacts } from "../domain/model/image-metadata.js";
import type { PlannedOutput, RenderPlan } from "../domain/model/render-plan.js";
import { checkUploadPolicy, type UploadPolicy } from "../domain/model/upload-policy.js";
import type { ImageEngine, Rendered, RenderedImage } from "../ports/image-engine.js";

/** An image of the fake engine; all but format, width and height are optional. */
export interface FakeImage {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly orientation?: number;
  readonly frames?: number;
  /** The kinds of metadata it carries. */
  readonly metadata?: readonly string[];
  /** The pixels as text. One that begins with `broken` does not decode to the end; `endless` has to be stopped. */
  readonly payload?: string;
}

const HEADER = /^IMG ([a-z]+) ([1-9]\d*)x([1-9]\d*) (?:o([1-8]) )?(?:f([1-9]\d*) )?(?:m([a-z,]+) )?/;

/** The bytes of an image: `IMG <format> <width>x<height> [o<orientation> ][f<frames> ][m<metadata> ]<payload>`. */
export function createFakeImage({
  format,
  width,
  height,
  orientation,
  frames,
  metadata,
  payload,
}: FakeImage): Uint8Array {
  const parts = [
    `IMG ${format} ${width}x${height} `,
    orientation === undefined ? "" : `o${orientation} `,
    frames === undefined ? "" : `f${frames} `,
    metadata === undefined ? "" : `m${metadata.join(",")} `,
    payload ?? "",
  ];
  return new TextEncoder().encode(parts.join(""));
}

/** The kinds of metadata in the bytes of an image. */
export function readFakeMetadataKinds(bytes: Uint8Array): readonly string[] {
  return HEADER.exec(Buffer.from(bytes).toString())?.[6]?.split(",") ?? [];
}

/**
 * An engine for tests that are about everything but pixels. Its images are text (see {@link createFakeImage}), and its
 * outputs are images whose payload is a digest of the plan and the bytes. With `sharing`, the bytes of an output depend on
 * which others were rendered with it, as they do where outputs share a decoding: its picture ({@link readFakePicture}) does not.
 */
export function createFakeEngine({ sharing = false } = {}): ImageEngine {
  return {
    version: "fake 1",
    inspect: async (bytes, policy) => inspect(bytes, policy),
    render: async (bytes, plan) => render(bytes, plan, sharing),
    getKnownGoodPicture: (format) => createFakeImage({ format, width: 240, height: 160, payload: "good" }),
    explain: ({ outputs }) => ({
      lines: ["written as text"],
      outputs: outputs.map(({ name, format }) => ({ name, format, from: "the bytes" })),
      pixels: { outputs: outputs.length },
    }),
  };
}

/** The picture that an output shows, whatever it was rendered with. */
export function readFakePicture(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString()
    .replace(/ beside [\w,-]*$/, "");
}

function inspect(bytes: Uint8Array, policy: UploadPolicy): SourceFacts {
  const text = Buffer.from(bytes).toString();
  if (!text.startsWith("IMG ")) {
    throw new SafelightError(
      "unsupported-format",
      "expected an image for the original but received other bytes",
    );
  }
  const [, name, width, height, orientation = "1", frames = "1"] = HEADER.exec(text) ?? [];
  const format = IMAGE_FORMATS.find((known) => known === name);
  if (!format)
    throw new SafelightError("corrupt-image", "expected a whole header for the original but received half");
  const facts: SourceFacts = {
    format,
    width: Number(width),
    height: Number(height),
    orientation: Number(orientation) as SourceFacts["orientation"],
    bytes: bytes.length,
    frames: Number(frames),
    hasAlpha: false,
    colorSpace: "srgb",
    decodeCost: Number(width) * Number(height) * Number(frames) * 3,
  };
  checkUploadPolicy(facts, policy);
  return facts;
}

function render(bytes: Uint8Array, plan: RenderPlan, sharing: boolean): Rendered {
  const payload = Buffer.from(bytes).toString().replace(HEADER, "");
  if (payload.startsWith("broken")) {
    throw new SafelightError("corrupt-image", "expected pixels for the original but received broken ones");
  }
  if (payload.startsWith("endless")) {
    throw new SafelightError("decoder-crashed", "decoding was stopped because it did not end");
  }
  return {
    outputs: plan.outputs.map((output) => renderOutput(output, bytes, plan, sharing)),
    ...(plan.tagging && { tagging: renderOutput(plan.tagging, bytes, plan, sharing) }),
  };
}

function renderOutput(
  output: PlannedOutput,
  bytes: Uint8Array,
  plan: RenderPlan,
  sharing: boolean,
): RenderedImage {
  const { name, format, size } = output;
  if (output.kind === "copy") {
    return { name, bytes: Uint8Array.from(bytes), format, ...plan.upright, frames: plan.source.frames };
  }
  const { frames } = output;
  const picture = computeSha256(JSON.stringify([output, plan.metadata]) + computeSha256(bytes));
  const payload = sharing ? `${picture} beside ${plan.outputs.map((one) => one.name).join()}` : picture;
  const metadata = (output.metadata ?? plan.metadata) === "keep-all" ? readFakeMetadataKinds(bytes) : [];
  const moving = { ...(frames > 1 && { frames }), ...(metadata.length > 0 && { metadata }) };
  return { name, bytes: createFakeImage({ format, ...size, ...moving, payload }), format, ...size, frames };
}
