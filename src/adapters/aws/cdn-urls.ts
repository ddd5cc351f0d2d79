import type { SendMessageCommand } from "@aws-sdk/client-sqs";
import { listVariants } from "../../domain/model/variants.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { Clock } from "../../ports/clock.js";
import { toPath } from "../s3/percent-encoding.js";
import { callService, type SdkCallOptions } from "../s3/sdk-errors.js";
import { formatInvalidations, isWildcard } from "./invalidation-message.js";

/** The part of an `SQSClient` that requesting invalidations uses. */
export interface InvalidationQueueClient {
  send(command: SendMessageCommand, options?: SdkCallOptions): Promise<unknown>;
}

/** Options of {@link CloudFrontUrls}. */
export interface CloudFrontOptions {
  /** The absolute URL that renditions lie below, such as `https://images.example.com`. */
  readonly baseUrl: string;
  /**
   * The queue of the paths to invalidate; whoever works it off calls `sendInvalidations`. Default: no CDN is in front of
   * the renditions, and nothing is to be invalidated.
   */
  readonly invalidations?: { readonly client: InvalidationQueueClient; readonly queueUrl: string };
  /**
   * URLs are signed with this key pair (PEM) and good for `expiresIn` seconds. A function is asked for the private key with
   * every URL. Default: URLs are public.
   */
  readonly signing?: {
    readonly keyPairId: string;
    readonly privateKey: string | (() => Promise<string>);
    readonly expiresIn: number;
  };
  /** Whether a function in front of the distribution chooses by `Accept`. Default: no, it has files alone. */
  readonly negotiates?: boolean;
  /** The system's by default. */
  readonly clock?: Clock;
}

/**
 * Renditions behind Amazon CloudFront. Invalidations go through a queue, because CloudFront takes a limited number of paths
 * at a time. Without `invalidations`, any web server over the bucket will do.
 */
export class CloudFrontUrls implements CdnUrls {
  readonly #options: CloudFrontOptions;
  readonly #baseUrl: string;
  readonly negotiates: boolean;

  constructor(options: CloudFrontOptions) {
    this.#options = options;
    this.negotiates = options.negotiates ?? false;
    this.#baseUrl = options.baseUrl.replace(/\/+$/, "");
  }

  async getUrl(renditionKey: string): Promise<string> {
    const url = `${this.#baseUrl}${toPath(renditionKey)}`;
    const { signing, clock = () => new Date() } = this.#options;
    if (!signing) return url;
    const { getSignedUrl } = await import("@aws-sdk/cloudfront-signer");
    const { keyPairId, expiresIn } = signing;
    const privateKey =
      typeof signing.privateKey === "string" ? signing.privateKey : await signing.privateKey();
    const expires = new Date(clock().getTime() + expiresIn * 1_000);
    if (listVariants(renditionKey).length === 0)
      return getSignedUrl({ url, keyPairId, privateKey, dateLessThan: expires.toISOString() });
    return getSignedUrl({ url, keyPairId, privateKey, policy: formatPolicy(url, expires) });
  }

  /** The URL of a rendition for as long as it is there; `undefined` where URLs are signed and so do not last. */
  toPublicUrl(renditionKey: string): string | undefined {
    return this.#options.signing ? undefined : `${this.#baseUrl}${toPath(renditionKey)}`;
  }

  async invalidate(keys: readonly string[], { signal }: CallOptions = {}): Promise<void> {
    const { invalidations } = this.#options;
    if (!invalidations || keys.length === 0) return;
    const { client, queueUrl } = invalidations;
    const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
    for (const MessageBody of formatInvalidations(keys.map(toInvalidationPath))) {
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody });
      await callService("SQS SendMessage", signal, (options) => client.send(command, options));
    }
  }
}

/**
 * The policy of a URL that stands for several files: all of its spec, and nothing else. CloudFront does not say whether it
 * compares the URL as the viewer sent it or as the function rewrote it; this policy holds for both.
 */
function formatPolicy(url: string, expires: Date): string {
  const end = url.indexOf(".", url.lastIndexOf("/"));
  const Condition = { DateLessThan: { "AWS:EpochTime": Math.floor(expires.getTime() / 1_000) } };
  return JSON.stringify({ Statement: [{ Resource: `${url.slice(0, end)}.*`, Condition }] });
}

/** A star is a wildcard at the end only; anywhere else it is part of a key. */
function toInvalidationPath(key: string): string {
  return isWildcard(key) ? `${toPath(key.slice(0, -1))}*` : toPath(key);
}
