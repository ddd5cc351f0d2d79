import { sharpEngine } from "../engine.js";
import { serveEngine } from "./serve-engine.js";

/* What a worker process runs. */

const usual = sharpEngine();
const frugal = sharpEngine({ concurrency: 1 });

serveEngine((alone) => (alone ? frugal : usual));
