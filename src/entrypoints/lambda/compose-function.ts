import { readSecret } from "../../adapters/aws/secret.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { awsModule } from "../container/aws-module.js";
import { type Composition, compose, configModule } from "../container/compose.js";
import { type Module, override } from "../container/module.js";
import { tokens } from "../container/ports.js";
import { refresh } from "./refresh.js";
import type { Settings } from "./settings.js";
import { traceCall } from "./tracing.js";

/** How long a process signs with a key before it reads the secret again. */
const KEY_LIFETIME_MILLISECONDS = 5 * 60_000;

/**
 * The pipeline of a function, on what its deployment and its folder say. `modules` say what it decodes with and what
 * else is its own. Throws `invalid-input` for an invalid configuration file.
 */
export async function composeFunction(
  settings: Settings,
  log: Log,
  ...modules: readonly Module[]
): Promise<Composition> {
  const {
    originals,
    renditions,
    table,
    searchByName,
    queueUrl,
    taggingQueueUrl,
    topicArn,
    invalidationQueueUrl,
    maxAttempts,
    direct,
  } = settings;
  const directory = process.env.LAMBDA_TASK_ROOT ?? ".";
  const config = await loadConfiguration(settings.configFile, { directory });
  return compose(
    awsModule({
      originals,
      renditions,
      table,
      searchByName,
      queueUrl,
      taggingQueueUrl,
      topicArn,
      baseUrl: deriveBaseUrl(settings),
      invalidationQueueUrl,
      negotiates: settings.negotiates,
      signing: createSigning(settings),
      maxAttempts,
      measuresQueue: !direct,
      traceCall,
    }),
    configModule(config),
    override(tokens.log, () => log),
    ...modules,
  );
}

/** The URL of the CDN, or without one that of the bucket. */
function deriveBaseUrl({ cdnDomain, renditions }: Settings): string {
  return `https://${cdnDomain ?? `${renditions}.s3.${process.env.AWS_REGION}.amazonaws.com`}`;
}

/** Reads the key with the first URL, and now and then again: a secret may get another value while a process lives. */
function createSigning({ signing }: Settings) {
  if (!signing) return undefined;
  const { keyPairId, secretArn, seconds } = signing;
  const privateKey = refresh(() => readSecret(secretArn), KEY_LIFETIME_MILLISECONDS);
  return { keyPairId, privateKey, expiresIn: seconds };
}
