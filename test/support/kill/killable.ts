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
const { local } = await importBuilt<typeof import("../../../src/adapters/local/index.js")>("adapters/local");
const { sharpEngine } =
  await importBuilt<typeof import("../../../src/adapters/sharp/index.js")>("adapters/sharp");
const { definePipeline } = await importBuilt<typeof import("../../../src/index.js")>(".");
const { playStory } = await import("./story.js");
const { saltStore } = await import("./salt-store.js");

const adapters = local({ dir });
const ports = { ...adapters, originals: saltStore(adapters.originals), engine: sharpEngine() };
await playStory(definePipeline(failpoints.watchPorts(ports)), pictures);
adapters.close();
writeFileSync(1, `${JSON.stringify([...failpoints.counts])}\n`);

function importBuilt<Module>(folder: string): Promise<Module> {
  return import(pathToFileURL(resolve("dist", folder, "index.js")).href);
}
