import { sharpEngine } from "../../adapters/sharp/index.js";
import { type BatchResponse, ChangeWorker } from "./change-worker.js";
import { deployment } from "./deployment.js";
import { readEnvironment } from "./environment.js";
import { type InvocationContext, leavingTime } from "./invocation-context.js";
import { messagesIn } from "./messages.js";
import { Meters } from "./meters.js";
import { once } from "./once.js";
import { powertoolsLog, powertoolsLogger } from "./powertools-log.js";
import { traced } from "./tracing.js";

const environment = readEnvironment();
const logger = powertoolsLogger();
const telemetry = { log: powertoolsLog(logger), meters: new Meters(), traced };

const worker = once(async () => {
  const ports = await deployment(environment, telemetry);
  return new ChangeWorker({ ...ports, engine: sharpEngine() }, telemetry);
});
// Begun here, where Lambda lends a whole core; what fails is told by the first invocation.
if (!environment.signing) worker().catch(() => {});

/**
 * Settles the changes of originals and what people ask for: a batch of SQS messages, of which it answers those that
 * are to come again, or directly an event of S3, for which it throws if anything in it is to come again.
 */
export async function handler(
  event: unknown,
  context: InvocationContext,
): Promise<BatchResponse | undefined> {
  logger.appendKeys({ requestId: context.awsRequestId });
  telemetry.meters.begin(context.functionName);
  try {
    return await (await worker()).run(messagesIn(event, environment), leavingTime(context));
  } finally {
    telemetry.meters.end();
  }
}
