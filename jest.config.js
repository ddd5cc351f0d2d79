import { availableParallelism } from "node:os";
import { areBrowserTestsLeftOut } from "./scripts/jest/chromium.mjs";
import { readSeed } from "./scripts/jest/read-seed.mjs";
import { listResting } from "./scripts/jest/rotation.mjs";

// Nothing here talks to the network, and reading certificates of one's own takes each child longer than all else at its start.
delete process.env.NODE_EXTRA_CA_CERTS;

/** Whoever names suites or a configuration wants those, whatever day it is. */
const isWhole = process.argv.slice(2).every((word) => word.startsWith("-"));

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: [
    "/node_modules/",
    ...(isWhole ? listResting(readSeed()).map((name) => `<rootDir>/test/${name}\\.test\\.ts$`) : []),
    ...(areBrowserTestsLeftOut() ? ["<rootDir>/test/browser/"] : []),
  ],
  modulePathIgnorePatterns: ["<rootDir>/dist"],
  // Node.js itself loads sources and packages, once for all test files of a worker: jest's own runner loads them anew for each.
  runner: "<rootDir>/scripts/jest/runner.mjs",
  transform: {},
  // More than cores: tests that start programs wait for much of their time.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  globalSetup: "<rootDir>/scripts/jest/seed.mjs",
  testSequencer: "<rootDir>/scripts/jest/longest-first-sequencer.mjs",
};
