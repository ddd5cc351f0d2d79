import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Asset } from "../../../src/domain/model/asset.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { loadConfiguration } from "../../../src/entrypoints/configuration/index.js";
import { parseJson } from "../../../src/entrypoints/configuration/json-text.js";

describe("loadConfiguration", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "safelight-config-"));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (name: string, content: unknown) =>
    writeFileSync(
      join(directory, name),
      typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content),
    );
  const load = (file?: string) => loadConfiguration(file, { directory });

  it("uses the defaults without a file", async () => {
    expect(await load()).toEqual(DEFAULT_CONFIG);
  });

  it("reads safelight.config.json of the directory unless another file is named", async () => {
    write("safelight.config.json", '{ "metadata": "keep-all" }');
    write("other.json", '\uFEFF{ "metadata": "keep-copyright" }');
    expect(await load()).toEqual({ ...DEFAULT_CONFIG, metadata: "keep-all" });
    expect((await load("other.json")).metadata).toBe("keep-copyright");
    expect((await loadConfiguration(join(directory, "other.json"))).metadata).toBe("keep-copyright");
  });

  it("refuses a named file that does not exist, and a directory", async () => {
    const refusal = { code: "invalid-input", message: expect.stringContaining('"none.json" (ENOENT)') };
    await expect(load("none.json")).rejects.toMatchObject(refusal);
    await expect(load(".")).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("refuses a file that is not UTF-8, by its name", async () => {
    write("safelight.config.json", Buffer.from([0x7b, 0xff, 0x7d]));
    await expect(load()).rejects.toThrow(
      'expected UTF-8 in "safelight.config.json" but received bytes that are not',
    );
  });

  it("says in which file, line and column the JSON is wrong", async () => {
    write("safelight.config.json", '{\n  "metadata": "strip",\n  exif: {}\n}\n');
    await expect(load()).rejects.toThrow(
      'expected a JSON value in "safelight.config.json" at line 3, column 3 but received "exif"',
    );
  });

  it("resolves the path of a watermark's image from the file, not from the working directory", async () => {
    mkdirSync(join(directory, "watermarks"));
    writeFileSync(join(directory, "watermarks", "logo.png"), "logo");
    write("other.json", { watermark: { image: "watermarks/logo.png", tile: true } });
    const { watermark } = await loadConfiguration(join(directory, "other.json"));
    expect(watermark).toMatchObject({ image: new Asset(Buffer.from("logo")), tile: true });
    expect(watermark).not.toHaveProperty("gravity");
  });

  it("reads the font of a text watermark", async () => {
    write("a.ttf", "font");
    write("safelight.config.json", { watermark: { text: "a", font: "./a.ttf", color: "black" } });
    const { watermark } = await load();
    expect(watermark).toMatchObject({ text: "a", color: "#000000", font: new Asset(Buffer.from("font")) });
  });

  it("names every error of the file at once, the files that it names included", async () => {
    write("empty.ttf", "");
    write("huge.ttf", "");
    truncateSync(join(directory, "huge.ttf"), 64 * 1024 * 1024 + 1);
    const listFaults = async (content: unknown) => {
      write("c.json", content);
      const error = await load("c.json").catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: "invalid-input", retryable: false });
      return (error as Error).message.split("\n  ");
    };
    expect(await listFaults({ metadata: 1, watermark: { image: "none.png" } })).toEqual([
      '"c.json" has 2 errors:',
      'watermark.image: expected a readable file but received "none.png (ENOENT)"',
      "metadata: expected one of strip, keep-copyright, keep-all but received 1",
    ]);
    for (const [font, found] of [
      [".", "watermark.font: expected a"],
      ["empty.ttf", 'received "empty.ttf (0 bytes)"'],
      ["huge.ttf", 'received "huge.ttf (67108865 bytes)"'],
      ["a\0b", "watermark.font: expected a readable file"],
      ["", "watermark.font: expected the path of a file"],
      [7, "watermark.font: expected the path of a file but received 7"],
      [{}, "watermark.font: expected the bytes of a file"],
    ] as const)
      expect((await listFaults({ watermark: { text: "a", font } }))[1]).toContain(found);
  });
});

describe("parseJson", () => {
  it("reads what JSON.parse reads, with the same result", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2, "\t"), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), undefined, indent);
        expect(parseJson(text, "x")).toEqual(JSON.parse(text));
      }),
    );
  });

  it("reads comments, and a comma after the last value, as if they were not there", () => {
    const written = fc.json().filter((json) => !/[[{]\s*[\]}]/.test(json));
    const between = fc.constantFrom("", ",", "// a }\n", "/* ] */");
    fc.assert(
      fc.property(written, between, (json, extra) => {
        const text = JSON.stringify({ a: [JSON.parse(json)] });
        expect(parseJson(`// b\n${text.slice(0, -2)}${extra}]${extra}}/* c */`, "x")).toEqual(
          JSON.parse(text),
        );
      }),
    );
  });

  it("keeps a key with a special meaning in JavaScript", () => {
    const text = '{"__proto__": {"a": 1}, "constructor": 2}';
    expect(Object.entries(parseJson(text, "x") as object)).toEqual(Object.entries(JSON.parse(text)));
  });

  it("refuses what JSON.parse refuses, but for comments and a last comma", () => {
    const pieces = fc.constantFrom(...'{}[],:"\\ \n\t01.-+eE/u', "true", "null", '"a"', "0x1", "NaN", "'");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        fc.pre(!/\/\/|,\s*[\]}]/.test(text));
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (valid) expect(parseJson(text, "x")).toEqual(JSON.parse(text));
        else expect(() => parseJson(text, "x")).toThrow("in x at line");
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["", "a JSON value", 1, 1, "the end of the text"],
    ['{"a": 1,\r\n "b" 2}', '":" after a key', 2, 6, '"2"'],
    ['["🐱" x]', "a JSON value", 1, 6, '"x"'],
    ['["🐱" 1]', '"," after a value', 1, 6, '"1"'],
    ['{"a": [1', '"," or "]" after a value', 1, 9, "the end of the text"],
    ['{"a": 1', '"," or "}" after a value', 1, 8, "the end of the text"],
    ["{a: 1}", "a JSON value", 1, 2, '"a"'],
    ["{1: 1}", "a key in double quotes", 1, 2, '"1"'],
    ["[1,, 2]", "a JSON value", 1, 4, '","'],
    ["[1] /* a", "a JSON value", 1, 5, '"/* a"'],
    ['{"a": {"b": 1}, "c": [{"b": 1}, {"b": 1, "b": 2}]}', "each key once", 1, 42, '"\\"b\\""'],
    ["{} {}", "the end of the text", 1, 4, '"{"'],
    ['{\n"a": 1,\n"a": 2}', "each key once", 3, 1, '"\\"a\\""'],
    ["[".repeat(100_000), "at most 64 levels", 1, 65, '"["'],
  ])("finds the first error of %j", (text, expected, line, column, received) => {
    expect(() => parseJson(text, "x")).toThrow(
      `expected ${expected} in x at line ${line}, column ${column} but received ${received}`,
    );
  });
});
