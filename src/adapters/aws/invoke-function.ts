import { SafelightError } from "../../domain/model/errors.js";
import { sendSignedPost } from "./signed-post.js";

/**
 * Has Lambda invoke a function with a payload some time soon, and does not wait for it. `arn` is that of the function itself, without
 * a version. Throws `unavailable` where Lambda does not take the request; the message has nothing of the answer but its status and
 * the name of its error.
 */
export async function invokeFunction(
  arn: string,
  payload: unknown,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const operation = "Invoke";
  const answer = await sendSignedPost(
    {
      arn,
      service: "lambda",
      title: "Lambda",
      operation,
      path: `/2015-03-31/functions/${arn.split(":").at(-1)}/invocations`,
      headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
      body: JSON.stringify(payload),
    },
    environment,
  );
  await answer.body?.cancel();
  if (answer.status === 202) return;
  const name = answer.headers.get("x-amzn-errortype")?.split(":")[0];
  throw new SafelightError(
    "unavailable",
    `Lambda answered ${answer.status}${name ? ` ${name}` : ""} to ${operation}; check that the function is there and may be invoked, and try again`,
  );
}
