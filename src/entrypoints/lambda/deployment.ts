import { type AwsAdapters, aws } from "../../adapters/aws/index.js";
import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { awsClients } from "./aws-clients.js";
import type { Environment } from "./environment.js";
import { readSecret } from "./signing-key.js";

/** All that a pipeline needs but the engine. */
export interface Deployment extends Omit<AwsAdapters, "events"> {
  readonly events: EventPublisher;
  readonly config: PipelineConfig;
  readonly log: Log;
}

/**
 * What a function finds in its deployment and beside itself. Put together by hand and not by the container: there is
 * nothing to choose here, and a cold start would pay for it. Throws `invalid-input` for a configuration file with
 * faults.
 */
export async function deployment(
  environment: Environment,
  { log }: { readonly log: Log },
): Promise<Deployment> {
  const directory = process.env.LAMBDA_TASK_ROOT ?? ".";
  const config = await loadConfiguration(environment.configFile, { directory });
  const { originals, renditions, table, queueUrl, topicArn, distributionId, maxReceives } = environment;
  const { provider, maxLabels, minConfidence, moderation } = config.tagging;
  const adapters = aws({
    clients: awsClients(environment, { tagging: provider === "rekognition" }),
    originals,
    renditions,
    table,
    queueUrl,
    topicArn: topicArn ?? "",
    baseUrl: baseUrlOf(environment),
    distributionId,
    signing: await signingOf(environment),
    // The tagger need not answer more than the configuration wants to hear.
    tagging: { maxLabels, minConfidence, moderation },
    maxReceives,
    log,
  });
  return { ...adapters, ...(topicArn === undefined && { events: NOBODY }), config, log };
}

/** Without a topic, events are told to nobody. */
const NOBODY: EventPublisher = { publish: async () => {} };

/** Without a CDN, where the bucket itself would serve them to whoever may read it. */
function baseUrlOf({ cdnDomain, renditions }: Environment): string {
  return `https://${cdnDomain ?? `${renditions}.s3.${process.env.AWS_REGION}.amazonaws.com`}`;
}

async function signingOf({ signing }: Environment) {
  if (!signing) return undefined;
  const { keyPairId, secretArn, seconds } = signing;
  return { keyPairId, privateKey: await readSecret(secretArn), expiresIn: seconds };
}
