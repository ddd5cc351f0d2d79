import { deflateSync, inflateSync } from "node:zlib";
import { type ImageFormat, type Orientation, SafelightError } from "safelight";
import type { Pixels } from "safelight/testing";

/** The header in front of the pixels of an image, as one line of JSON. */
export interface Header {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  readonly frames: number;
  readonly metadata: readonly string[];
  /** True for an image that would take for ever. */
  readonly endless?: boolean;
}

const MAGIC = "PLAIN ";

/** The image of these frames. A quality below 100 rounds their levels to steps. */
export function write(
  header: Pick<Header, "format"> & Partial<Header>,
  frames: readonly Pixels[],
  quality = 100,
): Uint8Array {
  const [{ width, height }] = frames as [Pixels];
  const line = JSON.stringify({
    orientation: 1,
    metadata: [],
    ...header,
    width,
    height,
    frames: frames.length,
  });
  const step = 1 + Math.floor((100 - quality) / 2);
  const round = (level: number) => Math.min(Math.round(level / step) * step, 255);
  const levels = Buffer.concat(frames.map(({ data }) => data)).map((level, at) =>
    at % 4 === 3 ? level : round(level),
  );
  return Buffer.concat([Buffer.from(`${MAGIC}${line}\n`), deflateSync(levels)]);
}

/** The header alone. */
export function readHeader(bytes: Uint8Array): Header {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.startsWith(MAGIC))
    throw new SafelightError("unsupported-format", "expected a plain image but received other bytes");
  try {
    return JSON.parse(text.slice(MAGIC.length, text.indexOf("\n")));
  } catch (cause) {
    throw new SafelightError("corrupt-image", "expected a whole header but received half of one", { cause });
  }
}

/** All frames, as they are stored. */
export function readFrames(bytes: Uint8Array): readonly Pixels[] {
  const { width, height, frames, endless } = readHeader(bytes);
  if (endless) throw new SafelightError("decoder-crashed", "expected an end of the pixels but there is none");
  try {
    const data = inflateSync(bytes.subarray(Buffer.from(bytes).indexOf("\n") + 1));
    const size = width * height * 4;
    return Array.from({ length: frames }, (_, index) => ({
      width,
      height,
      data: data.subarray(index * size, (index + 1) * size),
    }));
  } catch (cause) {
    throw new SafelightError("corrupt-image", "expected all pixels but received a part of them", { cause });
  }
}
