import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Failpoints } from "./failpoints.js";

/*
 * Tells the story on a data directory and dies at the failpoint that its words name: data directory, pictures, and a
 * failpoint as JSON. Without one it comes to its end and prints how often each call was made.
 */

const [dir = "", pictures = "", fatal] = process.argv.slice(2);
const failpoints = new Failpoints(fatal === undefined ? undefined : JSON.parse(fatal));
failpoints.watchFiles();

// The built files, because compiling the sources in each of many processes would take longer than the story.
const { local } = await built<typeof import("../../../src/adapters/local/index.js")>("adapters/local");
const { sharpEngine } = await built<typeof import("../../../src/adapters/sharp/index.js")>("adapters/sharp");
const { definePipeline } = await built<typeof import("../../../src/index.js")>(".");
const { tellStory } = await import("./story.js");
const { salted } = await import("./salted.js");

const adapters = local({ dir });
const ports = { ...adapters, originals: salted(adapters.originals), engine: sharpEngine() };
await tellStory(definePipeline(failpoints.watchPorts(ports)), pictures);
adapters.close();
writeFileSync(1, `${JSON.stringify([...failpoints.counts])}\n`);

function built<Module>(folder: string): Promise<Module> {
  return import(pathToFileURL(resolve("dist", folder, "index.js")).href);
}
