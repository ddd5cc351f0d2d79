export { type SharpEngineOptions, sharpEngine } from "./engine.js";
export { type WorkerEngine, type WorkerEngineOptions, workerEngine } from "./worker-engine.js";
