/** A jest reporter that closes a run with one line that is easy to find and to parse. */
export default class TotalsReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    // A test file that does not even load has no failed tests of its own: it counts as one.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    // jest prints its own summary after all reporters are done: only the exit comes later.
    process.once("exit", () => process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`));
  }
}
