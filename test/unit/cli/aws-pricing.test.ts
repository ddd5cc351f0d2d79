import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "@jest/globals";
import { loadPricing } from "../../../src/entrypoints/cli/aws-pricing.js";

const dir = mkdtempSync(join(tmpdir(), "safelight-prices-"));
afterAll(() => rmSync(dir, { recursive: true }));

it.each([
  "[]",
  "[1]",
  "null",
  "5",
  "",
  "{",
  '{ "s3Put": -1 }',
  '{ "s3Put": 1e999 }',
  '{ "s3Put": "1" }',
  '{ "s3put": 1 }',
  '{ "__proto__": 1 }',
])("a file of prices is refused that holds none: %s", async (text) => {
  const file = join(dir, "prices.json");
  writeFileSync(file, text);
  await expect(loadPricing({ kind: "aws" }, file)).rejects.toMatchObject({ code: "invalid-input" });
});

it("prices that a file leaves out are list prices", async () => {
  const file = join(dir, "prices.json");
  writeFileSync(file, '{ "s3Put": 0 }');
  expect(await loadPricing({ kind: "aws" }, file)).toBeInstanceOf(Function);
});
