import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { keepNotesInFiles } from "../../src/adapters/local/index.js";
import { memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { summarizeDifferences } from "../../src/domain/model/difference.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import type { ReadyRecord } from "../../src/domain/model/image-record.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { ComputedStores } from "./computed-stores.js";

/*
 * Compares as many images as the first argument says, on stores that compute their pages, in a process of its own. Prints one
 * line of JSON: the differences, the calls, and in bytes the resident memory when a tenth was listed and the highest after that.
 */

const count = Number(process.argv[2]);
const config = {
  thumbnails: { thumb: { width: 8, format: "jpeg" as const }, card: { width: 6, format: "jpeg" as const } },
};
const engine = createFakeEngine();

const stores = memory();
const first = definePipeline({ ...stores, engine, config });
await first.process({ key: "model", bytes: createFakeImage({ format: "png", width: 40, height: 30 }) });
const model = (await stores.records.get(deriveImageId("model"))) as ReadyRecord;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The resident memory in bytes, without what V8 has not collected yet: that depends on its mood. */
function measureMemory(): number {
  collectGarbage();
  return process.memoryUsage.rss();
}

const computed = new ComputedStores(count, model);
const ports = { ...computed.createPorts(), engine, config, openNotes: keepNotesInFiles() };
const measured: number[] = [];
const lookAtMemory = ({ listed }: { readonly listed: number }) => {
  // An original, its record and two renditions: each tenth.
  if (listed >= 0.4 * count * (measured.length + 1)) measured.push(measureMemory());
};
const how = { onProgress: lookAtMemory };
const { findings } = await summarizeDifferences(definePipeline(ports).reconcile(how));
const [atTenth, ...later] = measured;
console.log(
  JSON.stringify({ findings, calls: computed.calls, atTenth, highest: Math.max(...later, measureMemory()) }),
);
