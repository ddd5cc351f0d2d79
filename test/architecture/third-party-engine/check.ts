import { IMAGE_FORMATS } from "safelight";
import {
  checkContract,
  type ImageEngineHarness,
  imageEngineContract,
  type SampleImage,
} from "safelight/testing";
import { plainEngine } from "./engine.js";
import { type Header, readFrames, readHeader, write } from "./format.js";

/*
 * Checks the engine against its contract, as its author would: with the published laws and a harness of one's own. Prints
 * the outcome of each law.
 */

const SIZE = { width: 30, height: 20 };

function createSample(header: Pick<Header, "format"> & Partial<Header>): SampleImage {
  const createFrame = (index: number) => ({
    ...SIZE,
    data: new Uint8Array(SIZE.width * SIZE.height * 4).fill(99 + index),
  });
  const frames = Array.from({ length: header.frames ?? 1 }, (_, index) => createFrame(index));
  const { orientation = 1 } = header;
  return { ...SIZE, format: header.format, orientation, frames: frames.length, bytes: write(header, frames) };
}

function createHarness(): ImageEngineHarness {
  const still = createSample({ format: "jpeg" });
  return {
    engine: plainEngine,
    samples: [
      ...IMAGE_FORMATS.map((format) => createSample({ format })),
      createSample({ format: "jpeg", orientation: 6 }),
      createSample({ format: "gif", frames: 3 }),
      createSample({ format: "webp", metadata: ["exif", "xmp"] }),
    ],
    truncated: { ...still, bytes: still.bytes.subarray(0, -12) },
    brokenHeader: new TextEncoder().encode("PLAIN {"),
    notImages: [new TextEncoder().encode("GIF89a"), new TextEncoder().encode("#!/bin/sh")],
    listMetadataKinds: async (bytes) => readHeader(bytes).metadata,
    codec: {
      encode: async (frames, orientation = 1) =>
        write({ format: frames.length > 1 ? "webp" : "png", orientation }, frames),
      decode: async (bytes) => readFrames(bytes),
    },
    endless: createSample({ format: "png", endless: true }).bytes,
  };
}

for (const verdict of await checkContract(imageEngineContract, createHarness)) {
  const reason = verdict.outcome === "broken" ? `: ${String(verdict.error)}` : "";
  console.log(`${verdict.outcome}: ${verdict.law}${reason}`);
}
