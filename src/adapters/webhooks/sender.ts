import { refusal, refusalInWords } from "../../domain/model/errors.js";
import type { Webhooks } from "../../domain/model/webhook.js";
import type { WebhookAnswer, WebhookMessage } from "../../domain/model/webhook-delivery.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { WebhookSender } from "../../ports/webhook-sender.js";
import { parseWaitingTime } from "./retry-after.js";
import { type Environment, readSecret } from "./secrets.js";
import { signMessage } from "./signature.js";

/** Options of {@link webhookSender}. */
export interface WebhookSenderOptions {
  /** The subscribers: `webhooks` of a configuration. */
  readonly webhooks: Webhooks;
  /** Where the secrets are. Default: the environment of this process. */
  readonly environment?: Environment;
  /** Seconds that a subscriber has to answer. Default 20; Standard Webhooks recommends 15 to 30. */
  readonly timeoutSeconds?: number;
  /** Default: that of this process. */
  readonly fetch?: typeof fetch;
}

interface Subscriber {
  readonly url: string;
  readonly keys: readonly Buffer[];
}

/**
 * Sends events to subscribers by HTTP, signed as Standard Webhooks asks. It follows no redirect, reads no body of an
 * answer, and connects to whatever address a subscriber's URL names: those are the operator's and not a user's. Throws
 * `invalid-input` for a secret that is not there, and for a URL that is not of HTTP.
 */
export function webhookSender(options: WebhookSenderOptions): WebhookSender {
  const { webhooks, environment = process.env, timeoutSeconds = 20, fetch: post = fetch } = options;
  const subscribers = new Map<string, Subscriber>(
    Object.entries(webhooks).map(([name, { url, secret }]) => [
      name,
      {
        url: checkProtocol(url, name),
        keys: secret.map((variable) => readSecret(variable, name, environment)),
      },
    ]),
  );
  return {
    send: async (name, message, { now, signal }) => {
      const subscriber = subscribers.get(name);
      if (!subscriber) throw refusalInWords("not-found", "a subscriber", "webhooks", JSON.stringify(name));
      return sendMessage(post, subscriber, message, { now, signal, timeoutSeconds });
    },
  };
}

/** The URL, if it is one of HTTP. */
function checkProtocol(url: string, name: string): string {
  if (/^https?:/.test(url)) return url;
  throw refusal("invalid-input", "a URL of http or https", `webhooks.${name}.url`, url);
}

async function sendMessage(
  post: typeof fetch,
  { url, keys }: Subscriber,
  { id, body }: WebhookMessage,
  { now, signal, timeoutSeconds }: CallOptions & { readonly now: Date; readonly timeoutSeconds: number },
): Promise<WebhookAnswer> {
  signal?.throwIfAborted();
  const seconds = Math.floor(now.getTime() / 1_000);
  const late = AbortSignal.timeout(timeoutSeconds * 1_000);
  try {
    const answer = await post(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Safelight",
        ...signMessage({ id, seconds, body }, keys),
      },
      body,
      redirect: "manual",
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
    // Nobody reads it, and it may never end. A connection is closed with it.
    await answer.body?.cancel().catch(() => {});
    const retryAfter = parseWaitingTime(answer.headers.get("retry-after"), now);
    return { status: answer.status, ...(retryAfter !== undefined && { retryAfter }) };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (late.aborted) return { error: `no answer in ${timeoutSeconds} seconds` };
    return { error: describeFailure(error) };
  }
}

/** Why a connection failed: fetch itself says no more than that it did. */
function describeFailure(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return `not reached (${cause?.code ?? cause?.message ?? String(error)})`;
}
