import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mergeVariables } from "../../../src/entrypoints/settings/merge-variables.js";

describe("a file of settings", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "safelight-settings-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function merge(text: string) {
    const path = join(folder, "settings");
    writeFileSync(path, text);
    const environment: NodeJS.ProcessEnv = {};
    const merged = mergeVariables({ SAFELIGHT_SETTINGS: path }, environment, {});
    const { SAFELIGHT_SETTINGS: _, ...variables } = merged.variables;
    return { variables, faults: merged.faults, environment };
  }

  it.each([
    ["a byte order mark", "\uFEFFSAFELIGHT_STORES=aws\nPGUSER=me\n"],
    ["lines that end as on Windows", "SAFELIGHT_STORES=aws\r\nPGUSER=me\r\n"],
    ["comments, spaces and quotes", '# kinds\n\nSAFELIGHT_STORES = "aws" # here\nexport PGUSER=me'],
  ])("may have %s", (_, text) => {
    expect(merge(text)).toEqual({
      variables: { SAFELIGHT_STORES: "aws", PGUSER: "me" },
      faults: [],
      environment: { PGUSER: "me" },
    });
  });

  it.each([
    ["in front of a setting", "SAFELIGHT_TOKEN: hush\nSAFELIGHT_STORES=aws\n"],
    ["at the end", "SAFELIGHT_STORES=aws\nSAFELIGHT_TOKEN hush"],
    ["alone", "SAFELIGHT_TOKEN hush\n"],
  ])("with text %s that is no NAME=value is refused, and the text is not repeated", (_, text) => {
    const { faults, environment } = merge(text);
    expect(faults).toEqual([expect.stringMatching(/^expected one NAME=value a line in ".*settings" but/)]);
    expect(faults.join()).not.toContain("hush");
    expect(environment).toEqual({});
  });

  it("with a misspelled name is refused", () => {
    expect(merge("SAFELIGHT_SOTRES=aws").faults).toEqual([expect.stringContaining('"SAFELIGHT_SOTRES"')]);
  });
});
