/* Prepares a worker of jest. */

// A child of a test starts as it would elsewhere, without what the workers were started with.
process.execArgv = [];

// What a failed test left open must not keep a worker, and with it whoever reads its output, after the run.
process.once("disconnect", () => process.exit());
