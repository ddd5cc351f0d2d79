import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { definePipeline } from "../../domain/pipeline.js";
import { httpApi, type Permission } from "../http/index.js";
import { readApiSettings } from "./api-settings.js";
import { authoriserClaims } from "./authoriser-claims.js";
import { deployment } from "./deployment.js";
import { readEnvironment } from "./environment.js";
import { NO_ENGINE } from "./no-engine.js";
import { once } from "./once.js";
import { powertoolsLog, powertoolsLogger } from "./powertools-log.js";

/**
 * Most bytes of a body: Lambda takes events of 6 MB, in which a body is text by base64, a third longer. Between this
 * and that limit the answer is ours and names `POST /uploads`; above it, the gateway's own.
 */
const BODY_LIMIT = 4 * 1024 * 1024;

/** The API's routes for one permission, as a function behind an API Gateway HTTP API (payload format 2.0). */
export function apiFunction(permission: Permission) {
  const environment = readEnvironment();
  const settings = readApiSettings();
  const logger = powertoolsLogger();
  const log = powertoolsLog(logger);
  const answering = once(async () => {
    const ports = await deployment(environment, { log });
    const { tickets } = ports;
    const pipeline = definePipeline({ ...ports, engine: NO_ENGINE });
    const authorize = authoriserClaims(settings);
    const bucket = environment.originals;
    return handle(
      httpApi({
        pipeline,
        tickets,
        authorize,
        serves: [permission],
        bucket,
        bodyLimit: BODY_LIMIT,
        log,
      }),
    );
  });
  // Begun here, where Lambda lends a whole core; what fails is told by the first invocation.
  if (!environment.signing) answering().catch(() => {});
  return async (event: LambdaEvent, context: LambdaContext) => {
    logger.appendKeys({ requestId: context.awsRequestId });
    return (await answering())(event, context);
  };
}
