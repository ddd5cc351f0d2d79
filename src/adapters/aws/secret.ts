import { SafelightError } from "../../domain/model/errors.js";
import { signRequest } from "./sign-request.js";

/** The ends of the hosts where they are others than `amazonaws.com`, by partition. */
const DNS_SUFFIXES: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
};

/**
 * The text of a secret, by one signed request to Secrets Manager with the credentials of the function: no key in a variable,
 * no further SDK client, and no extension, which not every region has. Throws `unavailable` where it does not answer with
 * a text; the message has nothing of the answer but its status and the name of its error.
 */
export async function readSecret(arn: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [, partition = "aws", , region = ""] = arn.split(":");
  const suffix = DNS_SUFFIXES[partition] ?? "amazonaws.com";
  const endpoint =
    environment.AWS_ENDPOINT_URL_SECRETS_MANAGER || `https://secretsmanager.${region}.${suffix}`;
  const { host } = new URL(endpoint);
  const target = "secretsmanager.GetSecretValue";
  const body = JSON.stringify({ SecretId: arn });
  const headers = signRequest(
    { host, region, service: "secretsmanager", target, body },
    {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: environment.AWS_SESSION_TOKEN,
      date: new Date(),
    },
  );
  const request = { method: "POST", headers, body, signal: AbortSignal.timeout(5_000) };
  const answer = await fetch(endpoint, request).catch((cause: unknown) => {
    throw createError("did not answer GetSecretValue; try again", cause);
  });
  const said = (await answer.json().catch(() => undefined)) as
    | { readonly SecretString?: unknown; readonly __type?: unknown }
    | undefined;
  if (answer.ok && typeof said?.SecretString === "string") return said.SecretString;
  const name = typeof said?.__type === "string" ? ` ${said.__type.split("#").at(-1)}` : "";
  throw createError(
    `answered ${answer.status}${name} to GetSecretValue without a text; check that the secret has one and that the function may read it`,
  );
}

function createError(happened: string, cause?: unknown): SafelightError {
  return new SafelightError("unavailable", `Secrets Manager ${happened}`, { cause });
}
