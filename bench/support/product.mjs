import { DEFAULT_CONFIG, DEFAULT_UPLOAD_POLICY, planRenditions, thumbnailSpec } from "safelight";
import { sharpEngine } from "safelight/sharp";
import { planPixels } from "../../dist/adapters/sharp/plan/pixel-plan.js";

/** Lets everything through that is measured here. */
const UPLOADS = {
  ...DEFAULT_UPLOAD_POLICY,
  maxBytes: 200 * 1024 * 1024,
  maxCost: 2_000_000_000,
};

const engine = sharpEngine();

/** The configuration with these specs. */
export function createConfiguration(specs, extra = {}) {
  const thumbnails = Object.fromEntries(specs.map(({ name, ...spec }) => [name, thumbnailSpec(spec)]));
  return { ...DEFAULT_CONFIG, uploads: UPLOADS, thumbnails, ...extra };
}

/** One picture through the engine in this process: facts, plan, all outputs and the placeholder. */
export function produce(bytes, config) {
  return renderByEngine(engine, bytes, config);
}

/** The same with another engine. */
export async function renderByEngine(chosen, bytes, config) {
  const facts = await chosen.inspect(bytes, config.uploads);
  const plan = planRenditions(facts, config);
  const rendered = await chosen.render(bytes, plan);
  return { facts, plan, ...rendered };
}

/** The picture that is decoded once for all outputs, and the pictures that are made from it on the way to them. */
export async function planPictures(bytes, config) {
  const facts = await engine.inspect(bytes, config.uploads);
  return planPixels(planRenditions(facts, config)).pictures;
}

export { engine };
