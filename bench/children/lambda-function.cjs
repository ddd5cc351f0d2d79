/*
 * A function as Lambda runs it: loads the code in LAMBDA_TASK_ROOT, says what that took, and then handles one event after
 * the other. Times are in milliseconds, `cpu` of all threads, `peak` in megabytes.
 */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const context = { functionName: "function", awsRequestId: "1", getRemainingTimeInMillis: () => 60_000 };

async function measure(work) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { value, wall, cpu: (user + system) / 1_000 };
}

/** The most that this process ever had resident. */
function readPeak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1_000;
  } catch {
    return process.resourceUsage().maxRSS / 1_000;
  }
}

async function run() {
  let handler;
  const { wall, cpu } = await measure(async () => {
    ({ handler } = require(join(process.env.LAMBDA_TASK_ROOT, "index.js")));
    await handler?.({ Event: "s3:TestEvent", Records: [] }, context);
  });
  process.on("message", async (event) => {
    const taken = await measure(() => handler(event, context));
    process.send({ wall: taken.wall, cpu: taken.cpu, peak: readPeak(), answer: taken.value ?? null });
  });
  process.on("disconnect", () => process.exit());
  process.send({ wall, cpu, peak: readPeak() });
}

void run();
