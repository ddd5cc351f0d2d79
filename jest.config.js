// Nothing here talks to the network, and reading certificates of one's own takes each child longer than all else at its start.
delete process.env.NODE_EXTRA_CA_CERTS;

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  modulePathIgnorePatterns: ["<rootDir>/dist"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  // Most tests wait for children, disks and decoders as much as they compute: a worker for every core pays.
  maxWorkers: "100%",
  globalSetup: "<rootDir>/scripts/jest/seed.mjs",
  testSequencer: "<rootDir>/scripts/jest/longest-first-sequencer.mjs",
  // A worker that has run fifty suites holds their modules, and whatever allocates much then waits for its garbage.
  workerIdleMemoryLimit: "1GB",
  // Bounds what hangs, not what is slow: a busy machine may take several times as long.
  testTimeout: 240_000,
};
