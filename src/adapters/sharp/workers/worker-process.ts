import { sharpEngine } from "../engine.js";
import { serveEngine } from "./serve-engine.js";

/* The entry point of a worker process. */

const defaultEngine = sharpEngine();
const lowMemoryEngine = sharpEngine({ concurrency: 1 });

serveEngine((isLowMemory) => (isLowMemory ? lowMemoryEngine : defaultEngine));
