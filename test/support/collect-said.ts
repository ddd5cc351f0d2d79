import { expect } from "@jest/globals";
import { memory } from "../../src/adapters/memory/index.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import type { ImageEvent } from "../../src/domain/model/image-event.js";
import { OUTPUT_FORMATS } from "../../src/domain/model/image-format.js";
import { DEFAULT_CONFIG, type PipelineConfig } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { OPEN_POLICY } from "./engine.js";

const engine = sharpEngine();

/** Collects everything that a pipeline lets out while it processes one picture into one output of each format. */
export async function collectSaid(bytes: Uint8Array, more: Partial<PipelineConfig>) {
  const thumbnails = Object.fromEntries(
    OUTPUT_FORMATS.map((format) => [format, thumbnailSpec({ width: 40, format, effort: "fast" })]),
  );
  const events: ImageEvent[] = [];
  const lines: unknown[] = [];
  const ports = memory();
  const config = { ...DEFAULT_CONFIG, thumbnails, uploads: OPEN_POLICY, ...more };
  const pipeline = definePipeline({
    ...ports,
    engine,
    config,
    events: { publish: async (event) => void events.push(event) },
    log: (...line) => void lines.push(line),
  });
  const record = await pipeline.process({ key: "a", bytes });
  expect([record.status, record.failure]).toEqual(["ready", undefined]);
  expect(events.length).toBeGreaterThan(0);
  const outputs = await Promise.all(
    record.renditions.map(async ({ name, key }) => ({
      name,
      bytes: (await ports.renditions.get(key)).bytes,
    })),
  );
  const stored = await ports.records.get(record.imageId);
  const plan = await pipeline.plan(bytes);
  return {
    record,
    outputs,
    words: JSON.stringify([record, stored, events, lines]),
    plan: JSON.stringify(plan),
  };
}
