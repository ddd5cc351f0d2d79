import { SafelightError } from "../../domain/model/errors.js";
import { sendSignedPost } from "./signed-post.js";

/**
 * The text of a secret, by one signed request to Secrets Manager with the credentials of the function: no key in a variable,
 * no further SDK client, and no extension, which not every region has. Throws `unavailable` where it does not answer with
 * a text; the message has nothing of the answer but its status and the name of its error.
 */
export async function readSecret(arn: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const operation = "GetSecretValue";
  const answer = await sendSignedPost(
    {
      arn,
      service: "secretsmanager",
      title: "Secrets Manager",
      operation,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `secretsmanager.${operation}`,
      },
      body: JSON.stringify({ SecretId: arn }),
    },
    environment,
  );
  const said = (await answer.json().catch(() => undefined)) as
    | { readonly SecretString?: unknown; readonly __type?: unknown }
    | undefined;
  if (answer.ok && typeof said?.SecretString === "string") return said.SecretString;
  const name = typeof said?.__type === "string" ? ` ${said.__type.split("#").at(-1)}` : "";
  throw new SafelightError(
    "unavailable",
    `Secrets Manager answered ${answer.status}${name} to ${operation} without a text; check that the secret has one and that the function may read it`,
  );
}
