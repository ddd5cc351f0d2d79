import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "../../ports/log.js";
import { SERVICE } from "./meters.js";
import { visible, visibleText } from "./visible.js";

/** The logger of the functions; `POWERTOOLS_SERVICE_NAME` and `POWERTOOLS_LOG_LEVEL` have their say. */
export function powertoolsLogger(): Logger {
  return new Logger({ serviceName: process.env.POWERTOOLS_SERVICE_NAME || SERVICE });
}

/** The log port on Powertools: one line of JSON an entry, the fields beside the message, nothing invisible in them. */
export function powertoolsLog(logger: Logger): Log {
  return (level, message, fields = {}) => logger[level](visibleText(message), { fields: visible(fields) });
}
