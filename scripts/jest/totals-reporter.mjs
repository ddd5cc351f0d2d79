import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * A jest reporter that closes a run with one line that is easy to find and to parse. `SAFELIGHT_TOTALS` names a file that
 * adds up several runs: the line of each counts those before it too.
 */
export default class TotalsReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const file = process.env.SAFELIGHT_TOTALS;
    const before =
      file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0 };
    const passed = before.passed + numPassedTests;
    // A test file that does not even load has no failed tests of its own: it counts as one.
    const failed = before.failed + numFailedTests + numRuntimeErrorTestSuites;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed }));
    // jest prints its own summary after all reporters are done: only the exit comes later.
    process.once("exit", () => process.stdout.write(`${passed} passed, ${failed} failed\n`));
  }
}
