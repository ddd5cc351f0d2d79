import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { memory } from "../../src/adapters/memory/index.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { parseExif } from "../../src/adapters/sharp/inspect/exif.js";
import type { ImageEvent } from "../../src/domain/model/image-event.js";
import { OUTPUT_FORMATS } from "../../src/domain/model/image-format.js";
import {
  DEFAULT_CONFIG,
  type MetadataPolicy,
  type PipelineConfig,
} from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { definePipeline } from "../../src/domain/pipeline.js";
import { OPEN_POLICY } from "../support/engine.js";
import {
  createPlantedImage,
  createPlantedThumbnail,
  findPlanted,
  PLANTED,
} from "../support/planted-metadata.js";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const;
const engine = sharpEngine();

/** Everything that a pipeline lets out while it processes one picture. */
async function everythingSaid(bytes: Uint8Array, more: Partial<PipelineConfig>) {
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

/** The facts that a record is documented to hold. */
const FACTS = ["make", "artist", "copyright"];

describe("The planted words", () => {
  it.each([
    ["jpeg", 10],
    ["png", 8],
    ["webp", 7],
    ["gif", 2],
    ["avif", 7],
    ["tiff", 1],
  ] as const)("are in a %s, so that their absence says something", async (format, least) => {
    const { blocks } = await createPlantedImage(format);
    expect(blocks.length).toBeGreaterThanOrEqual(least);
  });
});

describe("Metadata", () => {
  it.each(FORMATS)(
    "of a %s is not in any rendition, record, event, log line or plan under strip",
    async (format) => {
      const { bytes } = await createPlantedImage(format);
      const { outputs, words, plan } = await everythingSaid(bytes, { metadata: "strip" });
      expect(outputs).toHaveLength(OUTPUT_FORMATS.length);
      for (const output of outputs) {
        expect([output.name, findPlanted(output.bytes)]).toEqual([output.name, []]);
        const { exif, xmp, iptc, icc, comments } = await sharp(output.bytes).metadata();
        expect([exif, xmp, iptc, icc, comments]).toEqual(Array(5).fill(undefined));
      }
      for (const text of [words, plan]) {
        expect(findPlanted(text).filter((name) => !FACTS.includes(name))).toEqual([]);
        expect(text).not.toMatch(/latitude|longitude|51\.50/);
      }
    },
  );

  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "of a %s leaves artist and copyright alone under keep-copyright",
    async (format) => {
      const { bytes } = await createPlantedImage(format);
      const { outputs } = await everythingSaid(bytes, { metadata: "keep-copyright" });
      for (const output of outputs) {
        const kept = output.name === "gif" ? [] : ["artist", "copyright"];
        expect([output.name, findPlanted(output.bytes)]).toEqual([output.name, kept]);
        const { exif, xmp, iptc, icc, comments } = await sharp(output.bytes).metadata();
        expect([xmp, iptc, icc, comments]).toEqual(Array(4).fill(undefined));
        const facts = kept.length > 0 ? { artist: PLANTED.artist, copyright: PLANTED.copyright } : undefined;
        expect(parseExif(exif)).toEqual(facts);
      }
    },
  );

  it("is kept by keep-all, but the orientation, which is in the pixels by then", async () => {
    const { bytes } = await createPlantedImage("jpeg");
    const { outputs } = await everythingSaid(bytes, { metadata: "keep-all" });
    for (const { name, bytes: kept } of outputs.filter((output) => output.name !== "gif")) {
      expect([name, findPlanted(kept)]).toEqual([
        name,
        expect.arrayContaining(["make", "artist", "copyright", "gps"]),
      ]);
      const { orientation = 1, xmpAsString } = await sharp(kept).metadata();
      expect([orientation, findPlanted(xmpAsString ?? "")]).toEqual([1, ["xmp"]]);
    }
    const jpeg = outputs.find(({ name }) => name === "jpeg");
    expect(findPlanted(jpeg?.bytes ?? "")).toContain("iptc");
  });

  it.each<MetadataPolicy>(["strip", "keep-copyright", "keep-all"])(
    "stays whole in a copy under %s",
    async (metadata) => {
      const { bytes, blocks } = await createPlantedImage("jpeg");
      const { outputs } = await everythingSaid(bytes, { metadata, thumbnails: { master: { copy: true } } });
      expect(outputs.map((output) => findPlanted(output.bytes))).toEqual([blocks]);
    },
  );

  it.each<MetadataPolicy>(["strip", "keep-copyright"])("has no thumbnail under %s", async (metadata) => {
    const bytes = await createPlantedThumbnail();
    expect(findPlanted(bytes)).toEqual(["thumbnail"]);
    const { outputs, words } = await everythingSaid(bytes, { metadata });
    expect(outputs.map((output) => findPlanted(output.bytes))).toEqual(outputs.map(() => []));
    expect(findPlanted(words)).toEqual([]);
  });

  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "keeps letters beyond ASCII in a %s of keep-copyright",
    async (format) => {
      const bytes = await withText("© <Ånsel> & Çö, 写真");
      const { record, outputs } = await everythingSaid(bytes, { metadata: "keep-copyright" });
      expect(record.exif?.copyright).toBe("© <Ånsel> & Çö, 写真");
      const output = outputs.find(({ name }) => name === format);
      const { xmpAsString } = await sharp(output?.bytes).metadata();
      expect(xmpAsString).toContain("© &lt;Ånsel&gt; &amp; Çö, 写真");
    },
  );
});

describe("The position", () => {
  it("is in the record only when the configuration asks for it", async () => {
    const { bytes } = await createPlantedImage("jpeg");
    const asked = await everythingSaid(bytes, { exif: { position: true } });
    expect(asked.record.exif?.position).toEqual({ latitude: 51.5073667, longitude: -0.1279667 });
    const { record } = await everythingSaid(bytes, {});
    expect(record.exif).toEqual({ make: PLANTED.make, artist: PLANTED.artist, copyright: PLANTED.copyright });
  });
});

/** A JPEG with this copyright in UTF-8, which the writer of EXIF in libvips would spell in ASCII. */
async function withText(copyright: string): Promise<Uint8Array> {
  const length = Buffer.byteLength(copyright);
  const bytes = await sharp({ create: { width: 80, height: 60, channels: 3, background: "#407090" } })
    .withExif({ IFD0: { Copyright: "x".repeat(length) } })
    .jpeg()
    .toBuffer();
  bytes.write(copyright, bytes.indexOf("x".repeat(length)));
  return bytes;
}
