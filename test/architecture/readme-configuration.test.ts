import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { loadDeployedConfiguration } from "../../infra/configuration.js";
import { memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { type ConfigurationInput, DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { loadConfiguration, parseConfiguration } from "../../src/entrypoints/configuration/index.js";
import {
  compose,
  configModule,
  memoryModule,
  override,
  tokens,
} from "../../src/entrypoints/container/index.js";
import type { ImageTagger } from "../../src/ports/image-tagger.js";
import { createFakeEngine } from "../../src/testing/fake-engine.js";
import { drawTestImage } from "../support/images.js";
import { synthesize } from "../support/infra/synthesize.js";
import { ROOT, readText } from "../support/repository.js";

/* The table of keys in the README, row by row: what it offers is taken, what is wrong is refused by its path. */

/** Stands for a file: a path in a file, bytes in code. */
const FILE = "mark.png";

interface Values {
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const toValues = (right: readonly unknown[], wrong: readonly unknown[]): Values => ({ right, wrong });
const listWords = (...right: readonly string[]) => toValues(right, ["nonsense", "", null, 1, [right[0]]]);
const listWholeNumbers = (least: number, most: number) =>
  toValues([least, most], [least - 1, most + 1, least + 0.5, `${least}`, null, [least]]);
const listNumbers = (least: number, most: number) =>
  toValues([least, most, (least + most) / 2], [least - 0.001, most + 0.001, `${most}`, true, {}]);
const yesOrNo = toValues([true, false], ["yes", 1, 0, null]);
const colors = toValues(
  ["white", "black", "transparent", "#AABBCC", "#01020304"],
  ["nonsense", "#fff", 0, ""],
);
const GRAVITIES = ["center", "centre", "north", "northeast", "east", "southeast", "south", "southwest"];
const file = toValues([FILE], [5, "", {}, true, "none.png"]);

/** Values for every key that the README names. */
const KEYS: Readonly<Record<string, Readonly<Record<string, Values>> | Values>> = {
  "thumbnails.<name>": {
    width: listWholeNumbers(1, 65_500),
    height: listWholeNumbers(1, 65_500),
    fit: listWords("cover", "contain", "inside", "outside", "fill"),
    position: toValues(
      [...GRAVITIES, "attention", "entropy", { x: 0, y: 1 }],
      ["middle", { x: 2, y: 0 }, { x: 0 }, { x: 0, y: 0, z: 0 }, [0, 0], 5],
    ),
    format: toValues(
      ["jpeg", "png", "webp", "avif", "gif", "original", ["avif", "webp", "jpeg"], ["original"]],
      ["nonsense", "", null, 1, [], ["bmp"], ["jpeg", "jpeg"], [["jpeg"]]],
    ),
    quality: listWholeNumbers(1, 100),
    effort: listWords("fast", "balanced", "small"),
    upscale: yesOrNo,
    background: colors,
    animated: yesOrNo,
    profile: listWords("srgb", "keep"),
    watermark: yesOrNo,
    copy: toValues([true], [false, "true", 1]),
  },
  uploads: {
    formats: toValues(
      [["jpeg"], ["jpeg", "png", "webp", "gif", "avif", "tiff", "heic"]],
      [[], ["bmp"], "jpeg", {}],
    ),
    maxBytes: listWholeNumbers(1, 1_073_741_824),
    maxPixels: listWholeNumbers(1, 100_000_000_000),
    maxFrames: listWholeNumbers(1, 1_000_000),
    maxCost: listWholeNumbers(1, 1_000_000_000_000),
    owner: listWords("none", "key", "caller"),
  },
  watermark: {
    text: toValues(["(c) me", "a\nb"], ["", " ", 5, null, "a".repeat(1025)]),
    image: file,
    font: file,
    color: colors,
    gravity: listWords(...GRAVITIES, "west", "northwest"),
    tile: yesOrNo,
    opacity: listNumbers(0, 1),
    scale: listNumbers(0.01, 1),
    margin: listWholeNumbers(0, 10_000),
    minWidth: listWholeNumbers(0, 65_500),
    specs: toValues([["thumb"], []], [["none"], [""], [5], "thumb", {}]),
    prefixes: toValues([["public/"], []], [[""], [5], ["\ud800"], "public/"]),
  },
  metadata: listWords("strip", "keep-copyright", "keep-all"),
  exif: { position: yesOrNo },
  tagging: {
    provider: toValues(["rekognition", "none", "local"], [5, "", null, ["local"], "a".repeat(65), "a\n"]),
    minConfidence: listNumbers(0, 100),
    maxLabels: listWholeNumbers(1, 1000),
    moderation: toValues(["required", true, false], ["yes", 1, null]),
  },
};

/** The smallest configuration that says this, and the path of it. */
function composeDocument(row: string, key: string, value: unknown): { path: string; document: Document } {
  if (row === "metadata") return { path: row, document: { metadata: value } };
  if (row === "thumbnails.<name>") {
    const size = key === "copy" ? {} : { width: 10 };
    const watermark = key === "watermark" ? { watermark: { text: "a" } } : {};
    const document = { thumbnails: { it: { ...size, [key]: value } }, ...watermark };
    return { path: `thumbnails.it.${key}`, document };
  }
  const base = {
    watermark: key === "image" || key === "text" ? {} : { text: "a" },
    tagging: key === "moderation" ? { provider: "rekognition" } : {},
  };
  const section = { ...(base[row as "watermark"] ?? {}), [key]: value };
  return { path: `${row}.${key}`, document: { [row]: section } };
}

type Document = Readonly<Record<string, unknown>>;

interface Row {
  readonly row: string;
  /** The names in backticks in the row, other than its own key. */
  readonly named: readonly string[];
}

const ROWS: readonly Row[] = readTable(readText("README.md"), "| key | what it says | default |").map(
  (cells) => {
    const [[row = ""] = [], named = []] = cells.map((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, one]) => one),
    );
    return { row: String(row), named: named.map(String) };
  },
);

const CASES = ROWS.flatMap(({ row }) => {
  const keys = KEYS[row] ?? {};
  const all = "right" in keys ? { [row]: keys as Values } : (keys as Record<string, Values>);
  return Object.entries(all).map(([key, of]) => ({ row, key, ...of }));
});

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "safelight-table-"));
  writeFileSync(join(folder, FILE), "a picture");
});

afterAll(() => removeFolder());

function removeFolder(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The tagger that a document names, if it names one. */
function createTagger({ tagging }: Document): ImageTagger {
  const { provider } = (tagging ?? {}) as { provider?: unknown };
  return { provider: String(provider), tag: async () => [] };
}

/** The same in code: bytes where the document has the path of a file. */
function toInput({ watermark, ...others }: Document): ConfigurationInput {
  if (typeof watermark !== "object") return { watermark, ...others } as ConfigurationInput;
  const swapped = Object.entries(watermark as object).map(([key, value]) => [
    key,
    (key === "image" || key === "font") && value === FILE ? Uint8Array.of(1) : value,
  ]);
  return { watermark: Object.fromEntries(swapped), ...others };
}

function writeDocument(document: Document): string {
  const path = join(folder, "it.json");
  writeFileSync(path, JSON.stringify(document));
  return path;
}

/** Every way by which a configuration gets into Safelight, but for the command line, which takes a process. */
const WAYS: Readonly<Record<string, (document: Document) => unknown>> = {
  definePipeline: (document) =>
    definePipeline({
      ...memory(),
      engine: createFakeEngine(),
      tagger: createTagger(document),
      config: toInput(document),
    }),
  configModule: async (document) => {
    const engine = override(tokens.engine, () => createFakeEngine());
    const see = override(tokens.tagger, () => createTagger(document));
    await (await compose(memoryModule(), engine, see, configModule(toInput(document)))).close();
  },
  "parseConfiguration of safelight/config": (document) => parseConfiguration(toInput(document)),
  "loadConfiguration of safelight/config": (document) => loadConfiguration(writeDocument(document)),
  "the construct, by a path": (document) => loadDeployedConfiguration(writeDocument(document)),
  "the construct, in code": (document) => loadDeployedConfiguration(toInput(document)),
};

async function readRefusal(way: (document: Document) => unknown, document: Document): Promise<unknown> {
  try {
    await way(document);
    return "accepted";
  } catch (error) {
    return error;
  }
}

describe("the table of the configuration in the README", () => {
  it("has a row for every key, and this test has values for every word in it", () => {
    expect(ROWS.map(({ row }) => row).sort()).toEqual(Object.keys(KEYS).sort());
    for (const { row, named } of ROWS) {
      const keys = new Set(CASES.filter((one) => one.row === row).map(({ key }) => key));
      const taken = CASES.filter((one) => one.row === row).flatMap(({ right }) => right);
      const unknown = named.filter(
        (name) => !keys.has(name.replace(/:.*/, "")) && !taken.includes(name.replaceAll('"', "")),
      );
      expect({ row, unknown }).toEqual({ row, unknown: [] });
      const said = new Set(named.map((name) => name.replace(/:.*/, "")));
      expect({ row, missing: [...keys].filter((key) => key !== row && !said.has(key)) }).toEqual({
        row,
        missing: [],
      });
    }
  });

  it.each(Object.keys(WAYS))("accepts right values through %s", async (name) => {
    for (const { row, key, right } of CASES)
      for (const value of right) {
        // The tagger of this machine is none that a deployment can have.
        if (name.startsWith("the construct") && value === "local") continue;
        const { document } = composeDocument(row, key, value);
        const outcome = await readRefusal(WAYS[name] as never, document);
        expect({ document, outcome }).toEqual({ document, outcome: "accepted" });
      }
  });

  it.each(Object.keys(WAYS))("refuses wrong values by their path through %s", async (name) => {
    for (const { row, key, wrong } of CASES)
      for (const value of wrong) {
        const { path, document } = composeDocument(row, key, value);
        const outcome = await readRefusal(WAYS[name] as never, document);
        expect(outcome).toMatchObject({ code: "invalid-input", retryable: false });
        const expected = new RegExp(
          `^ {2}${path.replaceAll(".", "\\.")}[.[]?.*: expected .* but received `,
          "m",
        );
        expect((outcome as Error).message).toMatch(expected);
      }
  });

  it("keeps right values in the configuration that the pipeline returns", () => {
    for (const { row, key, right } of CASES)
      for (const value of right) {
        if (value === FILE || value === "centre" || /^(white|black|transparent|#AABBCC)$/.test(String(value)))
          continue;
        const { document } = composeDocument(row, key, value);
        const { config } = definePipeline({
          ...memory(),
          engine: createFakeEngine(),
          tagger: createTagger(document),
          config: toInput(document),
        });
        expect(config).toMatchObject(document);
      }
  });

  it("says the defaults", () => {
    const { uploads, tagging } = DEFAULT_CONFIG;
    const MiB = 1024 * 1024;
    const formatNumber = (value: number) => value.toLocaleString("en-US");
    const defaults = Object.fromEntries(
      readTable(readText("README.md"), "| key | what it says | default |").map(([key = "", , text = ""]) => [
        key,
        text,
      ]),
    );
    expect(defaults).toEqual({
      "`thumbnails.<name>`": Object.keys(DEFAULT_CONFIG.thumbnails)
        .map((name) => `\`${name}\``)
        .join(", "),
      "`uploads`": [
        uploads.formats.join(", "),
        `${uploads.maxBytes / MiB} MiB`,
        `${uploads.maxPixels / 1e6} million`,
        formatNumber(uploads.maxFrames),
        `${uploads.maxCost / 1e6} MB`,
        `\`${uploads.owner}\``,
      ].join("; "),
      "`watermark`": "none",
      "`metadata`": `\`${DEFAULT_CONFIG.metadata}\``,
      "`exif`": String(DEFAULT_CONFIG.exif.position),
      "`tagging`": `\`${tagging.provider}\`; ${tagging.minConfidence}; ${tagging.maxLabels}; ${tagging.moderation}`,
    });
  });
});

describe("all of it at once", () => {
  /** One configuration in which every key has one of its values, each spec's key in a spec of its own. */
  const mergeDocuments = (pick: (of: Values) => unknown) => {
    const whole: Record<string, Record<string, unknown>> = {};
    const paths = CASES.map(({ row, key, ...of }, index) => {
      const value = pick(of);
      if (row === "metadata") Object.assign(whole, { metadata: value });
      else if (row !== "thumbnails.<name>") whole[row] = { ...whole[row], [key]: value };
      else {
        const spec = { ...(key !== "copy" && { width: 10 }), [key]: value };
        whole.thumbnails = { ...whole.thumbnails, [`it-${index}`]: spec };
        return `thumbnails.it-${index}.${key}`;
      }
      return key === row ? row : `${row}.${key}`;
    });
    return { whole, paths };
  };
  const run = promisify(execFile);
  const command = join(ROOT, "dist", "entrypoints", "cli", "main.js");

  it("is refused by the command line with exit code 2 and every path, and by the construct during synthesis", async () => {
    const { whole, paths } = mergeDocuments(({ wrong }) => wrong[0]);
    writeFileSync(join(folder, "wrong.json"), JSON.stringify(whole));
    writeFileSync(join(folder, "a.jpg"), await drawTestImage());
    const words = [command, "plan", "a.jpg", "--config", "wrong.json"];
    const failed = await run(process.execPath, words, { cwd: folder }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 2, stdout: "" });
    const { stderr } = failed as { stderr: string };
    const refused = await readRefusal(() => synthesize({ configuration: join(folder, "wrong.json") }), {});
    for (const path of paths) {
      expect(stderr).toContain(`\n  ${path}`);
      expect((refused as Error).message).toContain(`\n  ${path}`);
    }
  });

  it("is accepted by the command line", async () => {
    const { whole } = mergeDocuments(({ right }) => right.at(-1));
    // A font and an image that are none would be refused when they are drawn.
    const { image: _, font: __, ...watermark } = whole.watermark ?? {};
    const thumbnails = { ...whole.thumbnails, thumb: { width: 9 } };
    const config = { ...whole, thumbnails, watermark };
    writeFileSync(join(folder, "right.json"), JSON.stringify(config));
    writeFileSync(join(folder, "a.jpg"), await drawTestImage());
    const { stdout } = await run(process.execPath, [command, "plan", "a.jpg", "--config", "right.json"], {
      cwd: folder,
    });
    for (const name of Object.keys(thumbnails)) expect(stdout).toContain(name);
  });
});

/** The rows of the Markdown table with this heading, as cells. */
function readTable(markdown: string, heading: string): readonly (readonly string[])[] {
  const lines = markdown.slice(markdown.indexOf(heading)).split("\n").slice(2);
  return lines
    .slice(0, lines.indexOf(""))
    .map((line) => line.slice(1, -1).split("|"))
    .map((cells) => cells.map((cell) => cell.trim()));
}
