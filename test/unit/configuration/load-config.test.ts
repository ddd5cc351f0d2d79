import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { loadConfig, parseConfiguration } from "../../../src/entrypoints/configuration/index.js";
import { parseJson } from "../../../src/entrypoints/configuration/json-text.js";

describe("loadConfig", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "safelight-config-"));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(directory, name), content);

  it("takes the defaults when there is no file", async () => {
    expect(await loadConfig({ directory })).toEqual({ configuration: parseConfiguration({}) });
  });

  it("reads safelight.config.json of the directory unless another file is named", async () => {
    write("safelight.config.json", '{ "metadata": "keep-all" }');
    write("other.json", '\uFEFF{ "metadata": "keep-copyright" }');
    const found = await loadConfig({ directory });
    expect(found.configuration.metadata).toBe("keep-all");
    expect(found.file).toBe(join(directory, "safelight.config.json"));
    const named = await loadConfig({ directory, file: "other.json" });
    expect(named.configuration.metadata).toBe("keep-copyright");
  });

  it("refuses a named file that is not there, and a directory", async () => {
    const refusal = { code: "invalid-input", message: expect.stringContaining('"none.json" (ENOENT)') };
    await expect(loadConfig({ directory, file: "none.json" })).rejects.toMatchObject(refusal);
    await expect(loadConfig({ directory, file: "." })).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("refuses a file that is not UTF-8, by its name", async () => {
    write("safelight.config.json", Buffer.from([0x7b, 0xff, 0x7d]));
    await expect(loadConfig({ directory })).rejects.toThrow('expected UTF-8 in "safelight.config.json"');
  });

  it("says in which file, line and column the JSON is wrong", async () => {
    write("safelight.config.json", '{\n  "metadata": "strip",\n}\n');
    await expect(loadConfig({ directory })).rejects.toThrow(
      'expected a key in double quotes in "safelight.config.json" at line 3, column 1 but received "}"',
    );
  });

  it("says in which file the values are wrong", async () => {
    write("safelight.config.json", '{ "metadata": 1 }');
    await expect(loadConfig({ directory })).rejects.toThrow('"safelight.config.json" has 1 fault:');
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

  it("refuses what JSON.parse refuses", () => {
    const pieces = fc.constantFrom(...'{}[],:"\\ \n\t01.-+eE/u', "true", "null", '"a"', "0x1", "NaN", "'");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
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
    ['["🐱" x]', '"," or "]" after a value', 1, 6, '"x"'],
    ["{} {}", "the end of the text", 1, 4, '"{"'],
    ['{\n"a": 1,\n"a": 2}', "each key once", 3, 1, '"\\"a\\""'],
    ["[".repeat(100_000), "at most 64 levels", 1, 65, '"["'],
  ])("finds the first fault of %j", (text, expected, line, column, received) => {
    expect(() => parseJson(text, "x")).toThrow(
      `expected ${expected} in x at line ${line}, column ${column} but received ${received}`,
    );
  });
});
