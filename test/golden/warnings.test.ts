import { describe, expect, it } from "@jest/globals";
import { memory } from "../../src/adapters/memory/index.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { inspect, renderAll } from "../support/engine.js";
import {
  buildOddTiffs,
  buildPlainTiff,
  buildTwoPages,
  drawOddJpegs,
  drawPlainJpeg,
  findMarkers,
  insertBytes,
  replaceBytes,
} from "../support/odd-images.js";
import { drawRestartJpeg, joinRows } from "../support/restart-jpeg.js";

/** Sizes that are decoded in each of the ways that there are. */
const SPECS = {
  whole: thumbnailSpec({ width: 96, format: "png", upscale: true }),
  half: thumbnailSpec({ width: 48, height: 30, format: "png" }),
  tiny: thumbnailSpec({ width: 9, format: "png" }),
};

const ODD = [...(await drawOddJpegs()), ...buildOddTiffs()];

describe("A picture with an invisible fault", () => {
  it.each(ODD)("is rendered as without it, and has a warning: $name", async ({ bytes, whole, warning }) => {
    const { warnings = [], bytes: length, ...facts } = await inspect(bytes);
    expect(warnings).toEqual(expect.arrayContaining([expect.stringMatching(warning)]));
    expect(length).toBe(bytes.length);
    const { bytes: _, ...expected } = await inspect(whole);
    expect(facts).toMatchObject(expected);
    const [odd, even] = await Promise.all([bytes, whole].map((each) => renderAll(each, SPECS)));
    // Compared at once: a list of all bytes that differ helps nobody.
    const pictures = [odd, even].map((rendered) =>
      rendered?.outputs.map((output) => Buffer.from(output.bytes)),
    );
    expect(
      pictures[0]?.map((picture, index) => picture.equals(pictures[1]?.[index] ?? Buffer.alloc(0))),
    ).toEqual(Object.keys(SPECS).map(() => true));
    expect(odd?.placeholder).toEqual(even?.placeholder);
  });

  it("has a warning in its record, and is copied as it came", async () => {
    const [{ bytes } = { bytes: new Uint8Array() }] = ODD;
    const adapters = memory();
    const config = { ...DEFAULT_CONFIG, thumbnails: { ...SPECS, master: { copy: true } as const } };
    const pipeline = definePipeline({ ...adapters, engine: sharpEngine(), config });
    const { status, source, renditions } = await pipeline.process({ key: "a.jpg", bytes });
    expect([status, source?.warnings]).toEqual(["ready", ["1 stray byte before COM"]]);
    const copy = await adapters.renditions.get(renditions.at(-1)?.key ?? "");
    expect(Buffer.from(copy.bytes).equals(bytes)).toBe(true);
    const whole = await pipeline.process({ key: "b.jpg", bytes: await drawPlainJpeg() });
    expect(whole.source).not.toHaveProperty("warnings");
  });

  it("has at most eight warnings", async () => {
    const jpeg = await drawPlainJpeg();
    const stray = Array.from({ length: 40 }, () => Buffer.from([1, 0xff, 0xfe, 0, 2]));
    const { warnings = [] } = await inspect(insertBytes(jpeg, 20, Buffer.concat(stray)));
    expect(warnings).toHaveLength(8);
    expect(warnings.at(-1)).toBe("33 more");
  });

  it("is the first page of a TIFF, whatever is odd about the others", async () => {
    const whole = await renderAll(buildPlainTiff(), SPECS);
    const pages = [
      buildTwoPages([]),
      buildTwoPages([[274, 3, [9]]]),
      buildTwoPages([[305, 2, { count: 40, offset: 50_000_000 }]]),
      // A chain that leads back to the first.
      buildPlainTiff([], { next: 8 + 24 * 18 * 3 }),
    ];
    for (const bytes of pages) {
      const { outputs } = await renderAll(bytes, SPECS);
      expect(
        outputs.map((output, index) =>
          Buffer.compare(output.bytes, whole.outputs[index]?.bytes ?? output.bytes.subarray(1)),
        ),
      ).toEqual([0, 0, 0]);
      expect(await inspect(bytes)).toMatchObject({ frames: 1 });
    }
    await expect(renderAll(buildTwoPages([]).subarray(0, -3), SPECS)).rejects.toMatchObject({
      code: "corrupt-image",
    });
  });

  it("is left to the decoder where it has more segments than anybody writes", async () => {
    const jpeg = await drawPlainJpeg();
    const comments = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from([0xff, 0xfe, 0, 2])));
    const stray = Buffer.concat([comments, Buffer.from([1])]);
    await expect(inspect(insertBytes(jpeg, 20, comments))).resolves.not.toHaveProperty("warnings");
    await expect(renderAll(insertBytes(jpeg, 20, stray), SPECS)).rejects.toMatchObject({
      code: "corrupt-image",
    });
  });

  it("has no warning for private tags, padding bytes, and pairs of which there is one or one for each sample", async () => {
    const jpeg = await drawPlainJpeg();
    const filled = insertBytes(jpeg, 2, Buffer.alloc(5, 0xff));
    const tagged = buildPlainTiff([
      [305, 2, "Acme\0"],
      [65_000, 1, [1]],
    ]);
    const numbered = buildPlainTiff([[297, 3, [1]]]);
    const ranged = buildPlainTiff([[336, 3, [0, 255, 0, 255, 0, 255]]]);
    for (const bytes of [filled, tagged, numbered, ranged])
      expect(await inspect(bytes)).not.toHaveProperty("warnings");
  });
});

describe("A picture that is damaged", () => {
  const refused = { code: "corrupt-image" };

  it("is refused for the damage, whatever harmless fault comes first", async () => {
    const jpeg = await drawPlainJpeg({ width: 320, height: 240 });
    const stray = insertBytes(jpeg, 20, Buffer.from([1, 2]));
    const scan = findMarkers(stray).at(-1)?.at ?? 0;
    const cut = Buffer.concat([stray.subarray(0, Math.floor((scan + stray.length) / 2)), stray.subarray(-2)]);
    await expect(renderAll(cut, SPECS)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining("premature end of data segment"),
    });
    const bad = replaceBytes(stray, scan + 30, ...Array.from({ length: 300 }, () => 0xfe));
    await expect(renderAll(bad, SPECS)).rejects.toMatchObject(refused);
  });

  it("is refused if a restart marker is missing or wrong, or has stray bytes before it", async () => {
    const pieces = await drawRestartJpeg();
    await expect(renderAll(joinRows(pieces), SPECS)).resolves.toMatchObject({ outputs: [{}, {}, {}] });
    const [first = Buffer.alloc(0), ...others] = pieces.rows;
    const damaged = [
      joinRows(pieces, [0, 2, 2, 3, 4]),
      joinRows(pieces, [0, 1, 3, 3, 4]),
      joinRows({ ...pieces, rows: others }, [0, 2, 3, 4]),
      joinRows({ ...pieces, rows: [Buffer.concat([first, Buffer.alloc(40, 1)]), ...others] }),
      joinRows({ ...pieces, rows: [first.subarray(0, first.length >> 1), ...others] }),
    ];
    for (const bytes of damaged) await expect(renderAll(bytes, SPECS)).rejects.toMatchObject(refused);
  });

  it("is refused for a fault in a tag that describes the storage of pixels", async () => {
    for (const [tag, type] of [
      [258, 3],
      [273, 4],
      [279, 4],
    ] as const) {
      const bytes = buildPlainTiff([[tag, type, { count: 3, offset: 50_000_000 }]]);
      await expect(renderAll(bytes, SPECS)).rejects.toMatchObject(refused);
    }
  });
});
