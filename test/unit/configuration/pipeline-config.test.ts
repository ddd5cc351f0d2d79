import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { Asset } from "../../../src/domain/model/asset.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import {
  type ConfigurationInput,
  computeConfigurationDigest,
  DEFAULT_CONFIG,
  pipelineConfig,
} from "../../../src/domain/model/pipeline-config.js";
import { toTaggingPolicy } from "../../../src/domain/model/tagging-policy.js";
import { SPEC_DEFAULTS, thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { DEFAULT_UPLOAD_POLICY, uploadPolicy } from "../../../src/domain/model/upload-policy.js";
import { watermarkPolicy } from "../../../src/domain/model/watermark-policy.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";
import { drawValidConfiguration } from "./valid-configurations.js";

const BYTES = Uint8Array.of(1, 2, 3);
const files = fc.constantFrom<unknown>(BYTES, Buffer.from(BYTES), new Asset(BYTES));

/** The faults that a call names, one a line; none if it succeeds. */
function listFaultsOfCall(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (error) {
    if (!(error instanceof SafelightError)) throw error;
    expect(error).toMatchObject({ code: "invalid-input", retryable: false });
    const [first, ...lines] = error.message.split("\n");
    expect(first).toMatch(lines.length === 1 ? / has 1 error:$/ : ` has ${lines.length} errors:`);
    return lines.map((line) => line.trim());
  }
  return [];
}

const listFaults = (value: unknown) => listFaultsOfCall(() => pipelineConfig(value as ConfigurationInput));
const listPaths = (value: unknown) => listFaults(value).map((line) => line.slice(0, line.indexOf(": ")));

describe("pipelineConfig", () => {
  it("returns the default configuration for no input and for an empty one", () => {
    expect(pipelineConfig()).toEqual(DEFAULT_CONFIG);
    expect(pipelineConfig({})).toEqual(DEFAULT_CONFIG);
    expect(pipelineConfig({ thumbnails: undefined, watermark: undefined, exif: {} })).toEqual(DEFAULT_CONFIG);
  });

  it("keeps the given values, and accepts its own result unchanged", () => {
    fc.assert(
      fc.property(drawValidConfiguration(files), (written) => {
        const { thumbnails, uploads, metadata, exif, tagging, watermark } = written as ConfigurationInput;
        const config = pipelineConfig(written as ConfigurationInput);
        expect(pipelineConfig(config)).toEqual(config);
        expect(computeConfigurationDigest(pipelineConfig(structuredClone(config)), "1")).toBe(
          computeConfigurationDigest(config, "1"),
        );
        expect(Object.keys(config.thumbnails)).toEqual(Object.keys(thumbnails ?? DEFAULT_CONFIG.thumbnails));
        expect(config).toMatchObject({ uploads: uploads ?? {}, exif: exif ?? {}, tagging: tagging ?? {} });
        expect(config.metadata).toBe(metadata ?? "strip");
        expect(config.watermark === undefined).toBe(watermark === undefined);
        expect(config).not.toHaveProperty("$schema");
      }),
    );
  });

  it("cannot be changed afterwards, not even through its input", () => {
    const written = { thumbnails: { a: { width: 1 } }, uploads: { formats: ["jpeg" as const] } };
    const config = pipelineConfig(written);
    const before = JSON.stringify(config);
    written.thumbnails.a.width = -1;
    written.uploads.formats.push("png" as "jpeg");
    for (const part of [
      config,
      config.thumbnails,
      config.thumbnails.a,
      config.uploads,
      config.uploads.formats,
    ])
      expect(Object.isFrozen(part)).toBe(true);
    expect(JSON.stringify(config)).toBe(before);
  });

  it("replaces the default specs by the given ones and completes those", () => {
    const { thumbnails } = pipelineConfig({
      thumbnails: {
        square: { width: 10, height: 20, background: "transparent", position: "centre" },
        wide: { width: 10, background: "#AABBCC" },
        master: { copy: true },
      },
    });
    expect(thumbnails).toEqual({
      square: { ...SPEC_DEFAULTS, width: 10, height: 20, background: "#00000000", position: "center" },
      wide: { ...SPEC_DEFAULTS, width: 10, fit: "inside", background: "#aabbcc" },
      master: { copy: true },
    });
  });

  it("names every error at once, of whatever kind", () => {
    expect(
      listPaths({
        thumbnails: { card: { wdth: 1, fit: "crop" }, "a b": { width: -1 }, master: { copy: 1, width: 0 } },
        watermark: { text: 5, specs: ["card", "cards"] },
        uploads: { maxBytes: "25 MiB", formats: "jpeg" },
        exif: true,
        zzz: 1,
      }).sort(),
    ).toEqual(
      [
        "zzz",
        "watermark.specs[1]",
        "thumbnails.card.wdth",
        "thumbnails.card",
        "thumbnails.card.fit",
        'thumbnails["a b"]',
        'thumbnails["a b"].width',
        "thumbnails.master.width",
        "thumbnails.master.copy",
        "watermark.text",
        "uploads.formats",
        "uploads.maxBytes",
        "exif",
      ].sort(),
    );
  });

  it("refuses names of specs that a case-insensitive disk would confuse", () => {
    expect(listFaults({ thumbnails: { Card: { width: 1 }, card: { width: 2 } } })).toEqual([
      'thumbnails.card: expected a name that differs from Card by more than case but received "card"',
    ]);
  });

  it("refuses a spec with a watermark without a watermark policy, and a policy for a spec that does not exist", () => {
    const thumbnails = { card: { width: 1, watermark: true } };
    expect(listFaults({ thumbnails })).toEqual([
      "thumbnails.card.watermark: expected a watermark policy to go with it but received true",
    ]);
    expect(listFaults({ watermark: { text: "mine" }, thumbnails })).toEqual([]);
    expect(listFaults({ watermark: { text: "mine", specs: ["thumb", "card"] } })).toEqual([
      'watermark.specs[1]: expected one of the specs thumb, preview but received "card"',
    ]);
  });

  it("says what to do about a path in code, which needs bytes", () => {
    const [fault] = listFaults({ watermark: { image: "logo.png" } });
    expect(fault).toMatch(/^watermark\.image: expected the bytes of a file/);
    expect(fault).toMatch(/loadConfiguration of safelight\/config reads files/);
    expect(fault).toMatch(/received "logo\.png"$/);
    expect(listPaths({ watermark: { text: "a", font: new Uint8Array() } })).toEqual(["watermark.font"]);
  });

  it("uses one line for each error, whatever the keys and the values hold", () => {
    const known = new Set(["$schema", ...Object.keys(DEFAULT_CONFIG), "watermark"]);
    const values = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.anything().filter((one) => one !== undefined),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), values, (key, value) => {
        fc.pre(!known.has(key));
        expect(listFaults(Object.fromEntries([[key, value]]))).toHaveLength(1);
      }),
    );
  });

  /** Values that no key takes, of every kind that JavaScript has. */
  const STRANGE: readonly unknown[] = [
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1e21,
    5n,
    Symbol("\n"),
    () => 5,
    new Number(5),
    new Date(0),
    new Map([["width", 5]]),
    new (class Policy {})(),
    Object.create({ width: 5, text: "a" }),
    Object.assign(Object.create(null), { toString: 1, toJSON: () => undefined }),
    [[]],
    new Proxy({ x: 1 }, {}),
    createCircular(),
  ];

  it("refuses values of the wrong type by their path, at every key", () => {
    const config = pipelineConfig({
      thumbnails: { card: { width: 5, height: 5, quality: 5, watermark: true } },
      watermark: { text: "a", font: BYTES, specs: ["card"], prefixes: ["a"] },
    });
    const places = listLeaves(config).filter(({ length }) => length > 0);
    expect(places.length).toBeGreaterThan(35);
    for (const place of places)
      for (const value of STRANGE) {
        const paths = listPaths(replaceValue(config, place, value));
        expect(paths.filter((path) => path.startsWith(formatPath(place)))).not.toEqual([]);
      }
    for (const value of STRANGE) expect(listFaults(value)).not.toEqual([]);
  });

  it("refuses an unknown key in every object, symbols too", () => {
    const config = pipelineConfig({ thumbnails: { card: { width: 5 } }, watermark: { image: BYTES } });
    const objects = [[], ["thumbnails", "card"], ["watermark"], ["uploads"], ["exif"], ["tagging"]];
    for (const place of objects) {
      const inner = place.reduce<unknown>((value, key) => Reflect.get(value as object, key), config);
      for (const key of ["Width", "constructor", "\n", Symbol("width"), "__proto__"]) {
        const extended = Object.defineProperty({ ...(inner as object) }, key, { value: 1, enumerable: true });
        expect(listPaths(replaceValue(config, place, extended))).toHaveLength(1);
      }
    }
  });

  it("accepts plain objects of another realm", () => {
    const written = runInNewContext(
      "({ thumbnails: { card: { width: 5 } }, uploads: { formats: ['png'] } })",
    );
    expect(pipelineConfig(written)).toMatchObject({ uploads: { formats: ["png"] } });
  });

  it("reads each key once, so that what was checked is what is used", () => {
    let read = 0;
    const uploads = {
      get maxBytes() {
        read += 1;
        return read === 1 ? 5 : -5;
      },
    };
    expect(pipelineConfig({ uploads }).uploads.maxBytes).toBe(5);
  });
});

describe("The constructor of each part", () => {
  it.each<[string, () => unknown, string]>([
    ["a spec", () => thumbnailSpec({ width: -5 }), "width: "],
    ["a spec", () => thumbnailSpec({ width: 0 }), "width: "],
    ["a spec", () => thumbnailSpec({ width: 100.5 }), "width: "],
    ["a spec", () => thumbnailSpec({ width: Number.NaN }), "width: "],
    ["a spec", () => thumbnailSpec({ width: 1, quality: 500 }), "quality: "],
    ["a spec", () => thumbnailSpec({ width: 1, background: "nonsense" }), "background: "],
    ["a spec", () => thumbnailSpec({} as never), "the whole: expected a width, a height or both"],
    ["a spec", () => thumbnailSpec({ width: 1, position: { x: 1 } as never }), "position.y: "],
    ["a spec", () => thumbnailSpec({ copy: true } as never), "copy: "],
    ["a watermark", () => watermarkPolicy({ text: "a", opacity: 7 }), "opacity: "],
    ["a watermark", () => watermarkPolicy({ text: "a", scale: -1 }), "scale: "],
    ["a watermark", () => watermarkPolicy({ text: " \n\u200b" }), "text: "],
    ["a watermark", () => watermarkPolicy({}), "the whole: expected a text or an image"],
    ["an upload policy", () => uploadPolicy({ maxBytes: -1 }), "maxBytes: "],
    ["an upload policy", () => uploadPolicy({ formats: [] }), "formats: "],
    ["a tagging policy", () => toTaggingPolicy({ maxLabels: 0.5 }), "maxLabels: "],
    [
      "a configuration",
      () => pipelineConfig({ thumbnails: { "../../evil": { width: 1 } } }),
      'thumbnails["../../evil"]: ',
    ],
  ])("refuses %s: %s", (_what, make, fault) => {
    const [first, ...others] = listFaultsOfCall(make);
    expect(first).toContain(fault);
    expect(others.filter((line) => !line.startsWith("the whole"))).toEqual([]);
  });

  it("completes omitted values, and accepts its own result", () => {
    expect(uploadPolicy({ maxBytes: 5 })).toEqual({ ...DEFAULT_UPLOAD_POLICY, maxBytes: 5 });
    expect(toTaggingPolicy(toTaggingPolicy({}))).toEqual(DEFAULT_CONFIG.tagging);
    const spec = thumbnailSpec({ height: 5 });
    expect(thumbnailSpec({ ...spec, height: 5 })).toEqual(spec);
    const text = watermarkPolicy({ text: "a", gravity: "centre" });
    expect(text).toMatchObject({
      color: "#ffffff",
      gravity: "center",
      tile: false,
      opacity: 0.6,
      margin: 16,
    });
    expect(watermarkPolicy(text)).toEqual(text);
    const tiled = watermarkPolicy({ image: BYTES, tile: true });
    expect(tiled).toMatchObject({ image: new Asset(BYTES), tile: true });
    expect(Object.keys(tiled)).not.toContain("gravity");
    expect(watermarkPolicy(tiled)).toEqual(tiled);
  });

  it("refuses an empty asset", () => {
    for (const bytes of [new Uint8Array(), "a" as never, [1] as never])
      expect(() => new Asset(bytes)).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
});

describe("definePipeline", () => {
  const engine = createFakeEngine();

  it("accepts a configuration as people write it, and returns it completed", () => {
    const config = { thumbnails: { card: { width: 640, format: "webp" } } } as const;
    const pipeline = definePipeline({ ...memory(), engine, config });
    expect(pipeline.config).toEqual(pipelineConfig(config));
    expect(Object.isFrozen(pipeline.config)).toBe(true);
    expect(definePipeline({ ...memory(), engine }).config).toEqual(DEFAULT_CONFIG);
  });

  it("plans a watermark for the README's own keys", async () => {
    const config = { ...DEFAULT_CONFIG, watermark: { text: "(c) me" } };
    const pipeline = definePipeline({ ...memory(), engine, config });
    const { watermark } = pipeline.config;
    expect(watermark).toEqual(watermarkPolicy({ text: "(c) me" }));
  });

  it("refuses before anything is stored", () => {
    const config = { thumbnails: { t: { width: -5 } }, watermark: { text: "a", scale: -1 } };
    expect(listFaultsOfCall(() => definePipeline({ ...memory(), engine, config }))).toHaveLength(2);
  });
});

function createCircular(): unknown {
  const object: Record<string, unknown> = { odd: 1n };
  object.self = object;
  return object;
}

type Steps = readonly (string | number)[];

/** Where something stands in a configuration that is no part of something else. */
function listLeaves(value: unknown, place: Steps = []): readonly Steps[] {
  if (typeof value !== "object" || value === null || value instanceof Asset) return [place];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [place, ...steps.flatMap((step) => listLeaves(Reflect.get(value, step), [...place, step]))];
}

function replaceValue(value: unknown, [step, ...rest]: Steps, by: unknown): unknown {
  if (step === undefined) return by;
  const inner = replaceValue(Reflect.get(value as object, step), rest, by);
  return Array.isArray(value)
    ? value.map((one, index) => (index === step ? inner : one))
    : { ...(value as object), [step]: inner };
}

function formatPath(place: Steps): string {
  return place
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}
