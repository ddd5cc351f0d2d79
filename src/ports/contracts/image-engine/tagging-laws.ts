import assert from "node:assert/strict";
import { planRenditions } from "../../../domain/model/render-plan.js";
import { DEFAULT_TAGGING } from "../../../domain/model/tagging-policy.js";
import { thumbnailSpec } from "../../../domain/model/thumbnail-spec.js";
import { assertSame } from "../expectations.js";
import { checkAgainstPlan } from "./check-against-plan.js";
import { type ImageEngineLaw, inspectSamples } from "./harness.js";

const CONFIG = {
  thumbnails: { small: thumbnailSpec({ width: 9, format: "png" }), master: { copy: true } },
  // An output would keep everything.
  metadata: "keep-all",
} as const;

/** The laws of an image engine about the picture that a tagger is shown. */
export const TAGGING_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "what the tagger is shown is made as planned, without metadata, and given apart from the outputs",
    check: async (harness) => {
      const { engine, listMetadataKinds } = harness;
      for (const { sample, facts } of await inspectSamples(harness)) {
        const plan = planRenditions(facts, { ...CONFIG, tagging: { ...DEFAULT_TAGGING, provider: "local" } });
        const { outputs, tagging } = await engine.render(sample.bytes, plan);
        assertSame(
          outputs.map(({ name }) => name),
          Object.keys(CONFIG.thumbnails),
          "the outputs of a plan with tagging",
        );
        assert.ok(plan.tagging && tagging, "expected a picture for the tagger but received none");
        await checkAgainstPlan(harness, { ...plan, outputs: [plan.tagging] }, [tagging]);
        assertSame(await listMetadataKinds(tagging.bytes), [], "the metadata of what the tagger is shown");
      }
    },
  },
  {
    name: "nothing is made for a tagger unless the plan asks for it",
    check: async (harness) => {
      for (const { sample, facts } of await inspectSamples(harness)) {
        const { tagging } = await harness.engine.render(sample.bytes, planRenditions(facts, CONFIG));
        assertSame(tagging, undefined, "a picture that nobody planned");
      }
    },
  },
];
