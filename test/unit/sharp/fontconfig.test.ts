import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { prepareFontconfig } from "../../../src/adapters/sharp/watermarks/fontconfig.js";

describe("a Fontconfig that works is left alone where", () => {
  let dir: string;
  let good: string;
  let empty: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "safelight-fontconfig-"));
    [good, empty] = [join(dir, "good"), join(dir, "empty")];
    for (const folder of [good, empty]) mkdirSync(folder);
    writeFileSync(join(good, "fonts.conf"), "<fontconfig/>");
    writeFileSync(join(good, "own.conf"), "<fontconfig/>");
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  /** The environment after it was prepared. */
  function prepare(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    prepareFontconfig(environment);
    return environment;
  }

  it.each<[string, () => NodeJS.ProcessEnv]>([
    ["the one folder of FONTCONFIG_PATH has it", () => ({ FONTCONFIG_PATH: good })],
    ["the last of several folders has it", () => ({ FONTCONFIG_PATH: [empty, good].join(delimiter) })],
    ["the first of several folders has it", () => ({ FONTCONFIG_PATH: [good, "", empty].join(delimiter) })],
    ["FONTCONFIG_FILE names a file", () => ({ FONTCONFIG_FILE: join(good, "own.conf") })],
    [
      "FONTCONFIG_FILE names a file in one of the folders",
      () => ({ FONTCONFIG_FILE: "own.conf", FONTCONFIG_PATH: [empty, good].join(delimiter) }),
    ],
  ])("%s", (_how, environment) => {
    expect(prepare(environment())).toEqual(environment());
  });

  it("it is invalid, and is replaced by one that can be read", () => {
    const { FONTCONFIG_FILE: file = "" } = prepare({ FONTCONFIG_FILE: join(empty, "none.conf") });
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, "utf8")).toContain("<cachedir>");
  });
});
