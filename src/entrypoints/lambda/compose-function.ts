import { readSecret } from "../../adapters/aws/secret.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { awsModule } from "../container/aws-module.js";
import { type Composition, compose, configModule } from "../container/compose.js";
import { type Module, override } from "../container/module.js";
import { tokens } from "../container/ports.js";
import type { Settings } from "./settings.js";
import { traceCall } from "./tracing.js";

/**
 * The pipeline of a function, on what its deployment and its folder say. `modules` say what it decodes with and what
 * else is its own. Throws `invalid-input` for an invalid configuration file.
 */
export async function composeFunction(
  settings: Settings,
  log: Log,
  ...modules: readonly Module[]
): Promise<Composition> {
  const { originals, renditions, table, queueUrl, taggingQueueUrl, topicArn, distributionId, maxAttempts } =
    settings;
  const directory = process.env.LAMBDA_TASK_ROOT ?? ".";
  const config = await loadConfiguration(settings.configFile, { directory });
  return compose(
    awsModule({
      originals,
      renditions,
      table,
      queueUrl,
      taggingQueueUrl,
      topicArn,
      baseUrl: deriveBaseUrl(settings),
      distributionId,
      signing: await loadSigning(settings),
      maxAttempts,
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

async function loadSigning({ signing }: Settings) {
  if (!signing) return undefined;
  const { keyPairId, secretArn, seconds } = signing;
  return { keyPairId, privateKey: await readSecret(secretArn), expiresIn: seconds };
}
