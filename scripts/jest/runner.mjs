import { Worker } from "jest-worker";

/**
 * Runs test files in worker processes of `jest-worker`, each by the worker of `jest-light-runner`. That package's own pool
 * loses the message that starts a second worker, which then waits forever, and a worker that dies ends its run without
 * naming the suite.
 */
export default class NativeRunner {
  #globalConfig;

  constructor(globalConfig) {
    this.#globalConfig = globalConfig;
  }

  async runTests(tests, watcher, onStart, onResult, onFailure) {
    const globalConfig = this.#globalConfig;
    const projectConfig = tests[0]?.context.config;
    const numWorkers = Math.min(globalConfig.maxWorkers, tests.length);
    const workers = new Worker(new URL("worker.mjs", import.meta.url), {
      numWorkers,
      exposedMethods: ["run"],
      setupArgs: [{ globalConfig, projectConfig, runtime: "child_process" }],
      // The suite that a worker died of would end the next one too.
      maxRetries: 0,
    });
    workers.getStdout().pipe(process.stdout);
    workers.getStderr().pipe(process.stderr);

    const queue = [...tests];
    const runNext = async () => {
      for (let test = queue.shift(); test && !watcher.isInterrupted(); test = queue.shift()) {
        await onStart(test);
        await workers.run(test.path).then(
          (result) => onResult(test, result),
          (error) => onFailure(test, error),
        );
      }
    };
    await Promise.all(Array.from({ length: numWorkers }, runNext));
    await workers.end();
  }
}
