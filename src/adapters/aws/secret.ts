import { SafelightError } from "../../domain/model/errors.js";

/** Where the extension listens when the environment names no other port. */
const DEFAULT_PORT = "2773";

/**
 * The text of a secret, from the AWS Parameters and Secrets extension in the function's own sandbox: no key in a
 * variable, no further SDK client, and no call of the service while the extension still knows it. It answers only
 * once an invocation has begun. Throws `unavailable` where it does not answer with a secret.
 */
export async function readSecret(arn: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const port = environment.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT || DEFAULT_PORT;
  const url = `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(arn)}`;
  const headers = { "X-Aws-Parameters-Secrets-Token": environment.AWS_SESSION_TOKEN ?? "" };
  const createError = (happened: string, cause?: unknown) =>
    new SafelightError("unavailable", `the AWS Parameters and Secrets extension ${happened}`, { cause });
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw createError("did not answer; check that its layer is in the function", cause);
  });
  const body = (await answer.json().catch(() => undefined)) as { SecretString?: unknown } | undefined;
  if (!answer.ok || typeof body?.SecretString !== "string")
    throw createError(
      `answered ${answer.status} without a text; check that the secret has one and that the function may read it`,
    );
  return body.SecretString;
}
