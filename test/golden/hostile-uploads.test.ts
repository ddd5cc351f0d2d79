import { beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { memory } from "../../src/adapters/memory/index.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { buildBombs } from "../support/hostile/bombs.js";
import { buildBrokenImages } from "../support/hostile/broken.js";
import { buildDisguises } from "../support/hostile/disguises.js";
import { type HostileImage, PAYLOAD } from "../support/hostile/hostile-image.js";
import { buildPolyglots, buildRarities } from "../support/hostile/polyglots.js";

const config = {
  ...DEFAULT_CONFIG,
  thumbnails: {
    thumb: thumbnailSpec({ width: 40, height: 40, format: "jpeg" }),
    same: thumbnailSpec({ width: 50, format: "original" }),
  },
};

/** Everything that an upload of these bytes leaves behind. */
async function uploadImage({ bytes }: HostileImage) {
  const adapters = memory();
  const pipeline = definePipeline({ ...adapters, engine: sharpEngine(), config });
  const record = await pipeline.process({ key: "holiday.jpg", bytes });
  const { items } = await adapters.renditions.list("");
  const files = await Promise.all(items.map(({ key }) => adapters.renditions.get(key)));
  return { record, files };
}

const SETS: readonly (readonly [string, () => Promise<readonly HostileImage[]>, number])[] = [
  ["bombs", buildBombs, 17],
  ["disguises", buildDisguises, 47],
  ["broken pictures", buildBrokenImages, 63],
];

describe.each(SETS)("hostile bytes: %s", (_, make, least) => {
  const outcomes: (Awaited<ReturnType<typeof uploadImage>> & { file: HostileImage })[] = [];
  beforeAll(async () => {
    for (const file of await make()) outcomes.push({ file, ...(await uploadImage(file)) });
  });

  it("are refused with the right code, in a sentence that says what was expected and found", () => {
    const wrong: string[] = [];
    for (const { file, record } of outcomes) {
      const { code, message = "" } = record.failure ?? {};
      const sentence = /^expected .+ but received\b/.test(message) && (file.says ?? /./).test(message);
      if (record.status !== "rejected" || code !== file.outcome || !sentence)
        wrong.push(`${file.name}: ${record.status} ${code} ${message}`);
    }
    expect(wrong).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(least);
  });

  it("leave nothing in the renditions store", () => {
    const left = outcomes.filter(({ files, record }) => files.length + record.renditions.length > 0);
    expect(left.map(({ file }) => file.name)).toEqual([]);
  });
});

describe("pictures that carry something along", () => {
  it("are rendered without it", async () => {
    const wrong: string[] = [];
    for (const file of await buildPolyglots()) {
      const { record, files } = await uploadImage(file);
      if (record.status !== "ready" || files.length !== 2)
        wrong.push(`${file.name}: ${record.failure?.message}`);
      for (const { bytes } of files) {
        const { exif, xmp, iptc, comments, tifftagPhotoshop } = await sharp(bytes).metadata();
        const carried = [exif, xmp, iptc, comments, tifftagPhotoshop].some((part) => part !== undefined);
        if (carried || Buffer.from(bytes).includes(PAYLOAD)) wrong.push(`${file.name} keeps what it carries`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("keep it where they are copied, but are never shown inline", async () => {
    const [file] = await buildPolyglots();
    const adapters = memory();
    const copying = { ...config, thumbnails: { master: { copy: true } as const } };
    const pipeline = definePipeline({ ...adapters, engine: sharpEngine(), config: copying });
    const { renditions } = await pipeline.process({ key: "a.jpg", bytes: file?.bytes ?? new Uint8Array() });
    const copy = await adapters.renditions.get(renditions[0]?.key ?? "");
    expect(Buffer.from(copy.bytes).includes(PAYLOAD)).toBe(true);
    expect(copy.disposition).toBe("attachment");
    expect(deriveImageId("a.jpg")).toBe(copy.key.slice(0, 22));
  });
});

describe("rare kinds of pixels", () => {
  it("are rendered like any other", async () => {
    const wrong: string[] = [];
    for (const file of await buildRarities()) {
      const { record } = await uploadImage(file);
      if (record.status !== "ready") wrong.push(`${file.name}: ${record.failure?.message}`);
    }
    expect(wrong).toEqual([]);
  });
});
