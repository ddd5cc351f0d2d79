import { readSecret } from "../../adapters/aws/secret.js";
import { awsModule } from "../container/aws-module.js";
import type { Module } from "../container/module.js";
import { refresh } from "./refresh.js";
import type { Settings } from "./settings.js";

/** How long a process signs with a key before it reads the secret again. */
const KEY_LIFETIME_MILLISECONDS = 5 * 60_000;

/** The stores of a deployment on AWS, as its settings name them; `options` are what is special to a process. */
export function createAwsStores(
  settings: Settings,
  options: Pick<Parameters<typeof awsModule>[0], "traceCall"> = {},
): Module {
  return awsModule({
    ...settings,
    baseUrl: deriveBaseUrl(settings),
    signing: createSigning(settings),
    measuresQueue: !settings.direct,
    ...options,
  });
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
