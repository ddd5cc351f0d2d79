import { sharpEngine } from "../../dist/adapters/sharp/index.js";
import { DEFAULT_CONFIG, planRenditions } from "../../dist/index.js";

const engine = sharpEngine();
const { uploads } = DEFAULT_CONFIG;
const policy = { ...uploads, formats: [...uploads.formats, "avif", "tiff", "heic"] };

process.on("message", async (message) => {
  const bytes = new Uint8Array(message);
  const answer = { outcome: "ready", message: "" };
  try {
    const facts = await engine.inspect(bytes, policy);
    const { outputs } = await engine.render(bytes, planRenditions(facts, DEFAULT_CONFIG));
    if (outputs.length !== Object.keys(DEFAULT_CONFIG.thumbnails).length) answer.outcome = "incomplete";
  } catch (error) {
    // Whoever has no code is not of Safelight: that is a find too.
    answer.outcome = error?.code ?? "untyped";
    answer.message = String(error?.stack ?? error);
  }
  process.send({ ...answer, memory: process.resourceUsage().maxRSS * 1024 });
});
