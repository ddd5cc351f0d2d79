import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { explainPlan } from "../../../src/adapters/sharp/plan/explain-plan.js";
import type { PlannedImage } from "../../../src/domain/model/render-plan.js";
import { formatPlan } from "../../../src/entrypoints/cli/plan-lines.js";
import { PLANS } from "./plan-cases.js";

/** The output at the last measurement of the rules of decoding, a plan a line. */
const RECORDED: readonly { readonly name: string; readonly lines: unknown; readonly pixels: unknown }[] =
  readFileSync(join("test", "entrypoints", "cli", "plans.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("safelight plan", () => {
  it("has an expected output for each plan", () => {
    expect(RECORDED.map(({ name }) => name)).toEqual(Object.keys(PLANS));
  });

  it.each(Object.entries(PLANS))("prints the expected output, for people and as JSON: %s", (name, plan) => {
    const explained = explainPlan(plan);
    const printed = { name, lines: formatPlan(plan, explained), pixels: explained.pixels };
    const recorded = RECORDED.find((other) => other.name === name);
    expect(JSON.stringify(printed)).toBe(JSON.stringify(recorded));
  });

  it.each(Object.entries(PLANS))("leaves out facts that an engine does not report: %s", (_, plan) => {
    const [first, heading = "", ...rows] = formatPlan(plan, undefined);
    expect(first).toMatch(/of memory to decode$/);
    if (plan.outputs.length === 0) return expect(heading).toBe("no renditions");
    expect(heading.split(/ +/)).toEqual(["NAME", "FORMAT", "PIXELS", "HOW"]);
    expect(rows.map((row) => row.split(/ +/)[0])).toEqual(plan.outputs.map(({ name }) => name));
  });

  it("lists outputs only, and not the picture for a tagger", () => {
    for (const plan of Object.values(PLANS)) {
      const tagging = plan.outputs.find((output): output is PlannedImage => output.kind === "image");
      expect(explainPlan({ ...plan, ...(tagging && { tagging }) })).toEqual(explainPlan(plan));
    }
  });
});
