import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Asset } from "../../../src/domain/model/asset.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import {
  type Configuration,
  configurationJsonSchema,
  parseConfiguration,
  toPipelineConfig,
} from "../../../src/entrypoints/configuration/index.js";
import { accepts } from "./json-schema-check.js";
import { FAULTY, validConfiguration } from "./valid-configurations.js";

const FILE = new Asset(Uint8Array.of(1, 2, 3));

function expectedWatermark(written: NonNullable<Configuration["watermark"]>) {
  const { text, image, font, color: _, tile, gravity = "southeast", ...amounts } = written;
  const color = expect.stringMatching(/^#[0-9a-f]{6,8}$/);
  const mark = image
    ? { kind: "image", image: FILE }
    : { kind: "text", text, color, ...(font && { font: FILE }) };
  return { ...amounts, gravity: tile ? "tile" : gravity, mark };
}

function faultsOf(value: unknown): readonly string[] {
  try {
    parseConfiguration(value, "the file");
  } catch (error) {
    if (!(error instanceof SafelightError)) throw error;
    expect(error.code).toBe("invalid-input");
    const [first, ...lines] = error.message.split("\n");
    expect(first).toBe(`the file has ${lines.length === 1 ? "1 fault" : `${lines.length} faults`}:`);
    return lines.map((line) => line.trim());
  }
  return [];
}

describe("parseConfiguration", () => {
  it("keeps what is written, and reads its own result as the same again", () => {
    fc.assert(
      fc.property(validConfiguration, (written) => {
        const parsed = parseConfiguration(written);
        expect(parsed).toMatchObject(written);
        expect(parseConfiguration(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
      }),
    );
  });

  it.each(FAULTY)("refuses %j and says where and why", (configuration, line) => {
    const faults = faultsOf(configuration);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(line);
  });

  it("names every fault at once, whatever kind it is of", () => {
    const faults = faultsOf({
      thumbnails: { card: { wdth: 1, fit: "crop" }, "a b": { width: -1 }, master: { copy: 1, width: 0 } },
      watermark: { text: 5, specs: ["card", "cards"] },
      uploads: { maxBytes: "25 MiB", formats: "jpeg" },
      exif: true,
      zzz: 1,
    });
    expect(faults.map((line) => line.slice(0, line.indexOf(": ")))).toEqual(
      expect.arrayContaining([
        "thumbnails.card.wdth",
        "thumbnails.card.fit",
        "thumbnails.card",
        'thumbnails["a b"]',
        'thumbnails["a b"].width',
        "thumbnails.master.copy",
        "thumbnails.master.width",
        "watermark.text",
        "watermark.specs[1]",
        "uploads.maxBytes",
        "uploads.formats",
        "exif",
        "zzz",
      ]),
    );
  });

  it("refuses names of specs that a disk without upper and lower case would take for one", () => {
    expect(faultsOf({ thumbnails: { Card: { width: 1 }, card: { width: 2 } } })).toEqual([
      'thumbnails.card: expected a name that differs from Card by more than case but received "card"',
    ]);
  });

  it("refuses a spec that asks for a mark when there is none", () => {
    expect(faultsOf({ thumbnails: { card: { width: 1, watermark: true } } })).toEqual([
      "thumbnails.card.watermark: expected a watermark policy to go with it but received true",
    ]);
    const watermark = { text: "mine" };
    expect(faultsOf({ watermark, thumbnails: { card: { width: 1, watermark: true } } })).toEqual([]);
  });

  it("names one line a fault, whatever the keys hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (key) => {
        fc.pre(
          !Object.hasOwn(
            { $schema: 0, thumbnails: 0, watermark: 0, uploads: 0, metadata: 0, exif: 0, tagging: 0 },
            key,
          ),
        );
        expect(faultsOf(Object.fromEntries([[key, "\n"]]))).toHaveLength(1);
      }),
    );
  });
});

describe("toPipelineConfig", () => {
  const converted = (value: unknown) => toPipelineConfig(parseConfiguration(value));

  it("gives the default configuration for an empty one", () => {
    expect(converted({})).toEqual(DEFAULT_CONFIG);
  });

  it("replaces the default specs by the given ones and completes those", () => {
    const { thumbnails } = converted({
      thumbnails: {
        square: { width: 10, height: 20, background: "transparent" },
        wide: { width: 10, background: "#AABBCC" },
        master: { copy: true },
      },
    });
    expect(Object.keys(thumbnails)).toEqual(["square", "wide", "master"]);
    expect(thumbnails.square).toMatchObject({ fit: "cover", format: "original", background: "#00000000" });
    expect(thumbnails.wide).toMatchObject({ fit: "inside", background: "#aabbcc" });
    expect(thumbnails.wide).not.toHaveProperty("height");
    expect(thumbnails.master).toEqual({ copy: true });
  });

  it("carries every policy over as it was written", () => {
    fc.assert(
      fc.property(validConfiguration, (written) => {
        const parsed: Configuration = parseConfiguration(written);
        const config = toPipelineConfig(parsed, { image: FILE, font: FILE });
        expect(config.uploads).toEqual(parsed.uploads);
        expect(config.metadata).toBe(parsed.metadata);
        expect(config.exif).toEqual(parsed.exif);
        expect(config.watermark).toEqual(parsed.watermark && expectedWatermark(parsed.watermark));
        expect(Object.keys(config.thumbnails)).toEqual(
          Object.keys(parsed.thumbnails ?? DEFAULT_CONFIG.thumbnails),
        );
      }),
    );
  });
});

describe("toPipelineConfig without the files that a watermark names", () => {
  it.each([{ image: "mark.png" }, { text: "a", font: "a.ttf" }])("refuses %j", (watermark) => {
    expect(() => toPipelineConfig(parseConfiguration({ watermark }))).toThrow(
      expect.objectContaining({ code: "invalid-input", message: expect.stringContaining("watermark.") }),
    );
  });
});

describe("configurationJsonSchema", () => {
  const schema = configurationJsonSchema();

  it("accepts every valid configuration", () => {
    fc.assert(fc.property(validConfiguration, (written) => expect(accepts(schema, written)).toBe(true)));
  });

  it.each(FAULTY)("refuses %j as reading it does", (configuration) => {
    expect(accepts(schema, configuration)).toBe(false);
  });

  it("tells editors the defaults", () => {
    expect(schema).toMatchObject({
      properties: {
        uploads: { properties: { maxBytes: { default: 26_214_400 } } },
        metadata: { default: "strip" },
      },
    });
  });
});
