import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { noEngineModule } from "../container/no-engine-module.js";
import { httpApi, type Permission } from "../http/index.js";
import { authorizeByClaims } from "./authorizer-claims.js";
import { composeFunction } from "./compose-function.js";
import { computeLongestWait } from "./longest-wait.js";
import { memoize } from "./memoize.js";
import { readSettings } from "./settings.js";
import { startReconcile } from "./start-reconcile.js";
import { createFunctionLog } from "./telemetry.js";

/**
 * Most bytes of a body: Lambda takes events of 6 MB, in which a body is text by base64, a third longer. Between this
 * and that limit the answer is ours and names `POST /uploads`; above it, the gateway's own.
 */
const BODY_LIMIT = 4 * 1024 * 1024;

/** The API's routes for one permission, as a function behind an API Gateway HTTP API (payload format 2.0). */
export function createApiHandler(permission: Permission) {
  const settings = readSettings();
  const { reconcileFunctionArn } = settings.api;
  const log = createFunctionLog();
  const loadHandler = memoize(async () => {
    const { pipeline, ports } = await composeFunction(settings, log, noEngineModule());
    return handle(
      httpApi({
        pipeline,
        tickets: ports.tickets,
        authorize: authorizeByClaims(settings.api),
        serves: [permission],
        bucket: settings.originals,
        maxBodyBytes: BODY_LIMIT,
        maxWaitSeconds: computeLongestWait,
        // One that only reads tells by it that the other can.
        ...(reconcileFunctionArn !== undefined && {
          startReconcile: () => startReconcile(ports, reconcileFunctionArn),
        }),
        log,
      }),
    );
  });
  // Started here, where Lambda grants a whole vCPU; the first invocation reports a failure.
  loadHandler().catch(() => {});
  return async (event: LambdaEvent, context: LambdaContext) => {
    log.begin(context.awsRequestId);
    return (await loadHandler())(event, context);
  };
}
