import type { Check } from "./checks.js";
import * as is from "./checks.js";
import { IMAGE_EVENT_TYPES, type ImageEventType } from "./image-record.js";

/** A subscriber that events are sent to by HTTP. It is named by whoever runs the pipeline, never by its users. */
export interface Webhook {
  /** Where events are posted to: http or https, no credentials and no fragment. */
  readonly url: string;
  /** The types of events to send. Default: all. */
  readonly types: readonly ImageEventType[];
  /**
   * The names of the environment variables that hold the secrets that requests are signed with, each `whsec_` and
   * base64; never the secrets themselves. A request carries a signature for each, so that a secret can be replaced.
   */
  readonly secret: readonly string[];
}

/** The subscribers, by name. */
export type Webhooks = Readonly<Record<string, Webhook>>;

/** A subscriber as people write it. */
export interface WebhookInput {
  readonly url: string;
  readonly types?: readonly ImageEventType[];
  readonly secret: string | readonly string[];
}

/** The names that a subscriber may have. */
export const WEBHOOK_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The URLs that a subscriber may have, without credentials or a fragment. Its sender says by which protocols it can be reached. */
export const WEBHOOK_URL = /^(?=.{1,2048}$)[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]+(?:[/?][^\s#]*)?$/;

/**
 * The names that the variable of a secret may have. By the word SECRET in it, processes that decode strangers' bytes are
 * not given the variable.
 */
export const SECRET_VARIABLE = /^(?=.{1,128}$)[A-Z][A-Z0-9_]*SECRET[A-Z0-9_]*$/;

/** Most secrets of one subscriber: the current one, and those that are being replaced. */
export const MOST_SECRETS = 4;

const checkSecretVariable: Check<string> = (value, context) => {
  if (typeof value === "string" && SECRET_VARIABLE.test(value)) return value;
  // Whoever wrote the secret itself there must not find it in a log.
  const isSecret = typeof value === "string" && /whs(?:ec|k)_/.test(value);
  return context.refuse(
    "the name of an environment variable, in capitals and with the word SECRET in it,",
    isSecret ? "whsec_..." : value,
  );
};

const webhook: Check<Webhook> = is.checkSection<Webhook>(
  {
    url: is.checkValue("the URL of a subscriber, without credentials or a fragment,", isAddress),
    types: is.checkList(is.checkChoice(IMAGE_EVENT_TYPES), 1),
    secret: (value, context) => {
      const names = is.checkList(checkSecretVariable, 1)(
        typeof value === "string" ? [value] : value,
        context,
      );
      if (names !== undefined && names.length > MOST_SECRETS)
        return context.refuse(`at most ${MOST_SECRETS} names`, names.length);
      return names;
    },
  },
  ({ url, secret }, context) => {
    if (url === undefined) context.descend("url").refuse("the URL of a subscriber", url);
    if (secret === undefined)
      context.descend("secret").refuse("the name of the environment variable of the secret", secret);
    return { types: IMAGE_EVENT_TYPES };
  },
);

/** Reads the subscribers of a configuration. */
export const checkWebhooks: Check<Webhooks> = (value, context) => {
  const entries = is.listEntries(value);
  if (entries === undefined) return context.refuse("an object of subscribers, by name", value);
  const read: Record<string, Webhook> = {};
  for (const [name, one] of entries) {
    if (one === undefined) continue;
    if (typeof name !== "string" || !WEBHOOK_NAME.test(name))
      context.descend(name).refuse("a name of 1 to 64 characters of a-z, 0-9, - and _", name);
    read[String(name)] = webhook(one, context.descend(name));
  }
  return Object.freeze(read);
};

/** Lists the subscribers that want events of this type. */
export function listSubscribers(all: Webhooks, type: ImageEventType): readonly string[] {
  return Object.entries(all).flatMap(([name, { types }]) => (types.includes(type) ? [name] : []));
}

/** Lists the environment variables that secrets lie in, so that they can be kept from other processes. */
export function listSecretVariables(all: Webhooks): readonly string[] {
  return Object.values(all).flatMap(({ secret }) => secret.flatMap((name) => [name, `${name}_FILE`]));
}

/** Whether requests can be posted there: what else a URL may hold would be sent to nobody, or shown in logs. */
function isAddress(value: unknown): boolean {
  return typeof value === "string" && WEBHOOK_URL.test(value) && URL.canParse(value);
}
