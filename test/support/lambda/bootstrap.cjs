/*
 * Does the work of Lambda's own runtime in a function's process: loads the handler and takes one invocation after the
 * other from the Runtime API. Whatever the function does to this process, it does as on Lambda.
 */
const { join } = require("node:path");

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

async function tell(path, value) {
  const answer = await fetch(`${api}/${path}`, { method: "POST", body: JSON.stringify(value ?? null) });
  await answer.arrayBuffer();
}

function described(error) {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name, errorMessage: message, trace: String(stack).split("\n") };
}

function load() {
  const [file, name] = process.env._HANDLER.split(".");
  return require(join(process.env.LAMBDA_TASK_ROOT, file))[name];
}

async function run() {
  let handler;
  try {
    handler = await load();
  } catch (error) {
    await tell("init/error", described(error));
    process.exit(1);
  }
  for (;;) {
    const next = await fetch(`${api}/invocation/next`);
    const event = await next.json();
    const awsRequestId = next.headers.get("lambda-runtime-aws-request-id");
    const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
    process.env._X_AMZN_TRACE_ID = next.headers.get("lambda-runtime-trace-id") ?? "";
    const context = {
      awsRequestId,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:::function:${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
      memoryLimitInMB: "1769",
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    let outcome;
    try {
      outcome = ["response", await handler(event, context)];
    } catch (error) {
      outcome = ["error", described(error)];
    }
    // Written before the answer is sent, so that whoever waits for this line has everything that was written.
    process.stdout.write(`END RequestId: ${awsRequestId}\n`);
    await tell(`invocation/${awsRequestId}/${outcome[0]}`, outcome[1]);
  }
}

void run();
