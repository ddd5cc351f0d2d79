// Nothing here talks to the network, and reading certificates of one's own takes each child longer than all else at its start.
delete process.env.NODE_EXTRA_CA_CERTS;

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist"],
  // Node.js itself loads sources and packages, once for all test files of a worker: jest's own runner loads them anew for each.
  runner: "jest-light-runner/child-process",
  transform: {},
  setupFiles: ["<rootDir>/scripts/jest/worker.mjs"],
  // In the main thread: with several workers the runner may lose the message that starts one, which then waits for ever.
  maxWorkers: 1,
  // What a failed test left open must not keep the run.
  forceExit: true,
  globalSetup: "<rootDir>/scripts/jest/seed.mjs",
  testSequencer: "<rootDir>/scripts/jest/longest-first-sequencer.mjs",
};
