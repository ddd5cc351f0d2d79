/*
 * One cold start: loads the function in FOLDER, hands it an event that says nothing, and tells its parent the
 * milliseconds from before the code was loaded until the function was ready for work.
 */
const { join } = require("node:path");

const context = { functionName: "function", awsRequestId: "1", getRemainingTimeInMillis: () => 60_000 };
const boot = performance.now();
const before = process.cpuUsage();
const { handler } = require(join(process.env.LAMBDA_TASK_ROOT, "index.js"));
const load = performance.now() - boot;
Promise.resolve(handler?.({ Event: "s3:TestEvent" }, context)).then(() => {
  const ready = performance.now() - boot;
  const { user, system } = process.cpuUsage(before);
  process.send({ boot, load, ready, cpu: (user + system) / 1_000 }, () => process.exit());
});
