import assert from "node:assert/strict";
import { planRenditions, type RenderPlan } from "../../../domain/model/render-plan.js";
import { toRenditionFileName } from "../../../domain/model/rendition.js";
import { thumbnailSpec } from "../../../domain/model/thumbnail-spec.js";
import type { PlanExplanation } from "../../image-engine.js";
import { assertSame } from "../expectations.js";
import { type ImageEngineHarness, type ImageEngineLaw, inspectSamples } from "./harness.js";

const THUMBNAILS = {
  card: thumbnailSpec({ width: 20, height: 20, format: "jpeg" }),
  master: { copy: true },
  small: thumbnailSpec({ width: 8, format: ["webp", "original"] }),
} as const;

/** The laws of an image engine that explains plans. One that does not keeps all of it. */
export const EXPLAINING_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "explain speaks of outputs of the plan, of each at most once and in words",
    check: async (harness) => {
      for (const { plan, explained } of await explainSamples(harness)) {
        const names = explained.outputs.map(toRenditionFileName);
        const planned = plan.outputs.map(toRenditionFileName).filter((name) => names.includes(name));
        assertSame(names, planned, "the outputs that are explained");
        for (const line of [...explained.lines, ...explained.outputs.map(({ from }) => from)])
          assert.match(line, /^[^\n]*\S[^\n]*$/, "expected one line of words");
      }
    },
  },
  {
    name: "explain gives equal plans equal answers, which JSON can hold",
    check: async (harness) => {
      for (const { plan, explained } of await explainSamples(harness)) {
        assertSame(
          harness.engine.explain?.(structuredClone(plan)),
          explained,
          "the explanation of an equal plan",
        );
        assertSame(JSON.parse(JSON.stringify(explained)), explained, "the explanation out of JSON");
      }
    },
  },
];

async function explainSamples(
  harness: ImageEngineHarness,
): Promise<readonly { readonly plan: RenderPlan; readonly explained: PlanExplanation }[]> {
  return (await inspectSamples(harness)).flatMap(({ facts }) => {
    const plan = planRenditions(facts, { thumbnails: THUMBNAILS, metadata: "strip" });
    const explained = harness.engine.explain?.(plan);
    return explained ? [{ plan, explained }] : [];
  });
}
