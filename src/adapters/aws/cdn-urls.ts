import type { CreateInvalidationCommand } from "@aws-sdk/client-cloudfront";
import { computeShortDigest } from "../../domain/model/digest.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { Clock } from "../../ports/clock.js";
import type { Sleep } from "../../ports/sleep.js";
import { toPath } from "./percent-encoding.js";
import { callService, readErrorName, type SdkCallOptions } from "./sdk-errors.js";
import { sleep } from "./sleep.js";

/** The part of a `CloudFrontClient` that invalidating uses. */
export interface InvalidationClient {
  send(command: CreateInvalidationCommand, options?: SdkCallOptions): Promise<unknown>;
}

/** Options of {@link CloudFrontUrls}. */
export interface CloudFrontOptions {
  /** The absolute URL that renditions lie below, such as `https://images.example.com`. */
  readonly baseUrl: string;
  /** The distribution that caches them. Default: none does, and nothing is to be invalidated. */
  readonly invalidations?: { readonly client: InvalidationClient; readonly distributionId: string };
  /**
   * URLs are signed with this key pair (PEM) and good for `expiresIn` seconds. A function is asked for the private key with
   * every URL. Default: URLs are public.
   */
  readonly signing?: {
    readonly keyPairId: string;
    readonly privateKey: string | (() => Promise<string>);
    readonly expiresIn: number;
  };
  /** The system's by default. */
  readonly clock?: Clock;
  /** Default: a timer of this process. */
  readonly sleep?: Sleep;
}

/** CloudFront has at most 3,000 paths and 15 wildcards of a distribution in progress at once. */
const MAX_PATHS = 1_000;
const MAX_WILDCARDS = 10;

/** Tries for a busy distribution; the waits between them double from one second. */
const MAX_TRIES = 4;

/** Renditions behind Amazon CloudFront. Without `invalidations`, any web server over the bucket will do. */
export class CloudFrontUrls implements CdnUrls {
  readonly #options: CloudFrontOptions;
  readonly #baseUrl: string;

  constructor(options: CloudFrontOptions) {
    this.#options = options;
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
    const dateLessThan = new Date(clock().getTime() + expiresIn * 1_000).toISOString();
    return getSignedUrl({ url, keyPairId, privateKey, dateLessThan });
  }

  /** The URL of a rendition for as long as it is there; `undefined` where URLs are signed and so do not last. */
  toPublicUrl(renditionKey: string): string | undefined {
    return this.#options.signing ? undefined : `${this.#baseUrl}${toPath(renditionKey)}`;
  }

  async invalidate(keys: readonly string[], { signal }: CallOptions = {}): Promise<void> {
    const { invalidations } = this.#options;
    if (!invalidations) return;
    for (const paths of batchPaths(keys)) await this.#invalidate(invalidations, paths, signal);
  }

  async #invalidate(
    { client, distributionId }: NonNullable<CloudFrontOptions["invalidations"]>,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<void> {
    const { clock = () => new Date(), sleep: wait = sleep } = this.#options;
    const { CreateInvalidationCommand } = await import("@aws-sdk/client-cloudfront");
    // The same for every try of one call, so that none is paid for twice; another one for the next call, because
    // CloudFront answers a reference that it knows with the old invalidation and invalidates nothing.
    const reference = computeShortDigest(JSON.stringify([paths, clock().getTime()]));
    for (let tries = 1; ; tries += 1) {
      const command = new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: {
          CallerReference: reference,
          Paths: { Quantity: paths.length, Items: [...paths] },
        },
      });
      const done = await callService("CloudFront CreateInvalidation", signal, (options) =>
        client.send(command, options).then(() => true, returnFalseIfBusy),
      );
      if (done) return;
      if (tries === MAX_TRIES)
        throw new SafelightError(
          "unavailable",
          `CloudFront was busy ${MAX_TRIES} times while invalidating ${paths.length} paths; it is tried again with the next attempt`,
        );
      await wait(1_000 * 2 ** (tries - 1));
    }
  }
}

function returnFalseIfBusy(error: unknown): false {
  if (readErrorName(error) === "TooManyInvalidationsInProgress") return false;
  throw error;
}

/** The paths of the keys, each once and in order, so that the same keys make the same requests. */
function batchPaths(keys: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  for (const path of [...new Set(keys.map(toInvalidationPath))].sort()) {
    const batch = batches.at(-1);
    const wildcards = batch?.filter((other) => other.endsWith("*")).length ?? 0;
    const full = batch === undefined || batch.length === MAX_PATHS || wildcards === MAX_WILDCARDS;
    if (full) batches.push([path]);
    else batch.push(path);
  }
  return batches;
}

/** A star is a wildcard at the end only; anywhere else it is part of a key. */
function toInvalidationPath(key: string): string {
  return key.endsWith("*") ? `${toPath(key.slice(0, -1))}*` : toPath(key);
}
