import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { aws } from "../../src/adapters/aws/index.js";
import { keepNotesInFiles } from "../../src/adapters/local/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { summarizeDifferences } from "../../src/domain/model/difference.js";
import { createFakeEngine } from "../../src/testing/fake-engine.js";

/*
 * Compares the images of a local cloud, which the last argument names as an environment does, in a process of its own. The first argument says how many
 * originals, files and records there are. Prints one line of JSON: the differences, the requests by their names, the seconds, and
 * in bytes the resident memory when a tenth was listed and the highest after that.
 */

const listable = Number(process.argv[2]);
const [originals = "", queueUrl = "", config = "{}", environment = "{}"] = process.argv.slice(3);
Object.assign(process.env, JSON.parse(environment));

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The resident memory in bytes, without what V8 has not collected yet: that depends on its mood. */
function measureMemory(): number {
  collectGarbage();
  return process.memoryUsage.rss();
}

const requests: Record<string, number> = {};
const adapters = aws({
  originals,
  renditions: "renditions",
  queueUrl,
  baseUrl: "https://images.example",
  traceCall: ({ service, operation }, send) => {
    const name = `${service} ${operation}`;
    requests[name] = (requests[name] ?? 0) + 1;
    return send();
  },
});
const measured: number[] = [];
const lookAtMemory = ({ listed }: { readonly listed: number }) => {
  if (listed >= (listable / 10) * (measured.length + 1)) measured.push(measureMemory());
};
const pipeline = definePipeline({
  ...adapters,
  engine: createFakeEngine(),
  config: JSON.parse(config),
  openNotes: keepNotesInFiles(),
});
const began = performance.now();
const { findings } = await summarizeDifferences(pipeline.reconcile({ graceMs: 0, onProgress: lookAtMemory }));
const seconds = (performance.now() - began) / 1_000;
const [atTenth, ...later] = measured;
const highest = Math.max(...later, measureMemory());
console.log(JSON.stringify({ findings, requests, seconds, atTenth, highest }));
