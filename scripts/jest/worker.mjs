/* A worker process of jest. */

// A child of a test starts as it would elsewhere, without what the workers were started with.
process.execArgv = [];

// What a failed test left open must not keep a worker, and with it whoever reads its output, after the run.
process.once("disconnect", () => process.exit());

let runner;

export async function setup(workerData) {
  // By its path, because the package exports its pool only.
  runner = await import(new URL("worker-runner.js", import.meta.resolve("jest-light-runner")));
  runner.setWorkerData(workerData);
}

export function run(path) {
  return runner.default(path);
}
