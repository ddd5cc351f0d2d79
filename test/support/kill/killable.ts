import { writeFileSync } from "node:fs";
import { Failpoints } from "./failpoints.js";

/*
 * Tells the story on a data directory and dies at the failpoint that its words name: data directory, pictures, and a
 * failpoint as JSON. Without one it comes to its end and prints how often each call was made.
 */

const [dir = "", pictures = "", fatal] = process.argv.slice(2);
const failpoints = new Failpoints(fatal === undefined ? undefined : JSON.parse(fatal));
failpoints.watchFiles();

const { local } = await import("../../../src/adapters/local/index.js");
const { sharpEngine } = await import("../../../src/adapters/sharp/index.js");
const { definePipeline } = await import("../../../src/domain/pipeline.js");
const { tellStory } = await import("./story.js");

const adapters = local({ dir });
await tellStory(definePipeline(failpoints.watchPorts({ ...adapters, engine: sharpEngine() })), pictures);
adapters.close();
writeFileSync(1, `${JSON.stringify([...failpoints.counts])}\n`);
