/* A child of a test starts as it would elsewhere, without what the workers were started with. */
process.execArgv = [];
