import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Asset } from "../../../src/domain/model/asset.js";
import { runCheck } from "../../../src/domain/model/checks.js";
import { createConfigurationCheck } from "../../../src/domain/model/pipeline-config.js";
import { generateConfigurationSchema } from "../../../src/entrypoints/configuration/schema.js";
import { accepts } from "./json-schema-check.js";
import { drawValidConfiguration, FAULTY } from "./valid-configurations.js";

const schema = generateConfigurationSchema();
const paths = fc.constantFrom("a.ttf", "./mark.png");

/** The errors of reading a file with this document, where every file that it names exists. */
function listFaults(document: unknown): readonly string[] {
  const file = createConfigurationCheck((value, context) =>
    typeof value === "string" && value !== "" ? new Asset(Uint8Array.of(1)) : context.refuse("a path", value),
  );
  try {
    runCheck("it", file, document);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n  ").slice(1);
  }
}

/** Rules between two keys, which JSON Schema cannot express. */
const BEYOND_SCHEMA = [
  /expected a watermark policy to go with it/,
  /expected a name that differs from .* by more than case/,
  /^watermark\.specs\[\d+\]: expected one of the specs/,
];

const KEYS = Object.keys({
  ...{ thumbnails: 0, watermark: 0, uploads: 0, metadata: 0, exif: 0, tagging: 0, card: 0, Card: 0, copy: 0 },
  ...{ width: 0, height: 0, quality: 0, fit: 0, position: 0, background: 0, x: 0, y: 0, formats: 0 },
  ...{ text: 0, image: 0, font: 0, color: 0, gravity: 0, tile: 0, opacity: 0, scale: 0, specs: 0 },
  ...{ maxBytes: 0, maxPixels: 0, provider: 0, minConfidence: 0, maxLabels: 0, moderation: 0, zzz: 0 },
});

const values = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    0.009,
    100,
    101,
    65_500,
    65_501,
    1e12,
    1e308,
    2.5,
  ),
  fc.constantFrom<unknown>(
    "",
    " ",
    "a",
    "centre",
    "center",
    "tile",
    "#ffffff",
    "#fff",
    "red",
    "none",
    "local",
  ),
  fc.constantFrom<unknown>(
    [],
    ["jpeg"],
    ["a"],
    [1],
    {},
    { x: 0, y: 1 },
    { x: 0 },
    { copy: true },
    { width: 5 },
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom("a".repeat(1024), "a".repeat(1025), "🐱".repeat(1024), "a".repeat(64), "a".repeat(65)),
);

interface Change {
  /** Which of the document's places is changed, as a share of all. */
  readonly at: number;
  readonly key: string;
  readonly value: unknown;
  readonly how: "replace" | "add" | "remove";
}

const changes: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  key: fc.constantFrom(...KEYS),
  value: values,
  how: fc.constantFrom("replace", "add", "remove"),
});

/** The document with one value replaced, added or removed somewhere in it. */
function changeDocument(document: unknown, { at, key, value, how }: Change): unknown {
  const root = { root: structuredClone(document) };
  const places: [object, string][] = [[root, "root"]];
  for (const [holder, name] of places) {
    const inner: unknown = Reflect.get(holder, name);
    if (typeof inner === "object" && inner !== null)
      places.push(...Object.keys(inner).map((one): [object, string] => [inner, one]));
  }
  const [holder, name] = places[Math.floor(at * places.length)] as [object, string];
  const inner: unknown = Reflect.get(holder, name);
  if (how === "add" && typeof inner === "object" && inner !== null) Reflect.set(inner, key, value);
  else if (how === "remove" && !Array.isArray(holder) && holder !== root)
    Reflect.deleteProperty(holder, name);
  else Reflect.set(holder, name, value);
  return root.root;
}

describe("The published JSON Schema", () => {
  it("accepts every configuration that reading it accepts", () => {
    fc.assert(
      fc.property(drawValidConfiguration(paths), (written) => {
        expect(listFaults(written)).toEqual([]);
        expect(accepts(schema, written)).toBe(true);
      }),
    );
  });

  it.each(FAULTY)("refuses %j as reading it does, which says where and why", (configuration, line) => {
    expect(listFaults(configuration)).toEqual([expect.stringContaining(line)]);
    expect(accepts(schema, configuration)).toBe(false);
  });

  it("gives any document the verdict of reading it, except for rules between keys", () => {
    let refused = 0;
    fc.assert(
      fc.property(
        drawValidConfiguration(paths),
        fc.array(changes, { minLength: 1, maxLength: 3 }),
        (written, steps) => {
          const document = steps.reduce<unknown>(changeDocument, written);
          const faults = listFaults(document);
          if (faults.length > 0) refused += 1;
          const inside = faults.filter((line) => !BEYOND_SCHEMA.some((kind) => kind.test(line)));
          expect({ document, faults, accepted: accepts(schema, document) }).toEqual({
            document,
            faults,
            accepted: inside.length === 0,
          });
        },
      ),
      { numRuns: 5_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  it("gives editors the defaults and the meaning of each key", () => {
    expect(schema).toMatchObject({
      properties: {
        uploads: { properties: { maxBytes: { default: 26_214_400 } } },
        metadata: { default: "strip", description: expect.any(String) },
        watermark: { properties: { opacity: { default: 0.6 } } },
        thumbnails: { additionalProperties: { properties: { position: { default: "center" } } } },
      },
    });
  });
});
