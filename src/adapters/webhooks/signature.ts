import { createHmac } from "node:crypto";

/** The signed parts of a request: the id, the time in whole seconds since 1970, and the body. */
export interface Signed {
  readonly id: string;
  readonly seconds: number;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks: `webhook-id`, `webhook-timestamp`, and a signature for each key, so that a
 * subscriber finds the one of the secret that it knows while it is being replaced.
 */
export function signMessage({ id, seconds, body }: Signed, keys: readonly Buffer[]): Record<string, string> {
  const signatures = keys.map(
    (key) => `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`,
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatures.join(" "),
  };
}
