import type { EditsInput } from "../../../domain/model/edits.js";
import type { ImageEvent } from "../../../domain/model/image-event.js";
import type { ImageDescription, ImageStatus } from "../../../domain/model/image-record.js";
import type { Page } from "../../../domain/model/page.js";
import type { PipelineStatus } from "../../../domain/model/pipeline-status.js";
import { ApiError } from "./api-error.js";
import { type EraseOwnerOptions, eraseOwner } from "./erase-owner.js";
import { type Change, type EventsOptions, followEvents, type WatchOptions, watchChanges } from "./follow.js";
import { ignoreNotFound, MAX_WAIT_SECONDS, poll } from "./poll.js";
import { type ClientOptions, Transport, toQueryString } from "./transport.js";
import { type UploadOptions, upload } from "./upload.js";

/** Which images, and how many of them. */
export interface ListOptions {
  /** Most images of a page, 1 to 1,000. Default 100. */
  readonly limit?: number;
  /** That of the page before. Default: the first page. */
  readonly cursor?: string;
  readonly status?: Exclude<ImageStatus, "removed">;
  readonly tag?: string;
  /** Only images of this owner. */
  readonly owner?: string;
  /**
   * Only images whose file name begins so, in any case; listed by name, equal names newest first. Not with a tag, and only
   * where `getStatus` says `capabilities.searchByName`.
   */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

/** The status of a pipeline as an API tells it. */
export interface ApiStatus extends PipelineStatus {
  readonly capabilities: PipelineStatus["capabilities"] & {
    /** Whether the API starts reconciling for this caller. */
    readonly startReconcile: boolean;
  };
}

/** How long to wait for the result of a request. */
export interface WaitOptions {
  /** At most 25. Default 20. */
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
}

/** How an original is to be processed. */
export interface ProcessOptions extends WaitOptions {
  /** Renders everything again, even what is up to date. Default false. */
  readonly force?: boolean;
  /** Invalidates everything that the CDN may hold of the image. Default false. */
  readonly invalidate?: boolean;
}

/**
 * A client of the HTTP API. Whatever fails is an `ApiError`: an answer that is an error, one that is not from the API, or none
 * at all. A call whose `signal` is aborted rejects with the signal's reason. `upload`, `remove` and `eraseOwner` try again
 * what can still succeed; all else is tried once.
 */
export interface SafelightClient {
  /**
   * Uploads a file directly to the store, past the API, and resolves to its image once that is ready. Throws with
   * the code of the failure if it is rejected, and `unavailable` if it is not ready in time. Once there is a ticket, the
   * error has the `imageId`.
   */
  upload(file: Blob & { readonly name?: string }, options?: UploadOptions): Promise<ImageDescription>;
  /** A page of images, newest first; with `name`, by their file names. */
  list(options?: ListOptions): Promise<Page<ImageDescription>>;
  /** One image, or `undefined` if there is none or it was removed. */
  get(imageId: string, options?: Pick<ListOptions, "signal">): Promise<ImageDescription | undefined>;
  /** Resolves to how much waits and is worked on, and the configuration in force. Reads no record, so a page may ask now and then. */
  getStatus(options?: Pick<ListOptions, "signal">): Promise<ApiStatus>;
  /**
   * Starts comparing all images with what should be, and closing the difference; `started` is false if a run is under way. `getStatus`
   * tells how far it is. Throws `not-found` where the API does not start it.
   */
  startReconcile(options?: Pick<ListOptions, "signal">): Promise<{ readonly started: boolean }>;
  /**
   * Changes what people say about an image: focal point, alternative text, title; `null` takes one away, what is left
   * out stays. Resolves to the image, with the crops of a new focal point unless they take longer than `waitSeconds`, or to
   * `undefined` if there is none.
   */
  edit(imageId: string, edit: EditsInput, options?: WaitOptions): Promise<ImageDescription | undefined>;
  /**
   * Processes an original that is stored already, and resolves to its image. Throws with the code of the failure if it is
   * rejected, and `unavailable` if it takes longer than `waitSeconds`; it is processed all the same.
   */
  process(key: string, options?: ProcessOptions): Promise<ImageDescription>;
  /** Resolves once the image is gone everywhere. An image that never existed counts as gone. Waits up to `timeoutSeconds` (default 60). */
  remove(imageId: string, options?: Pick<ListOptions, "signal"> & { timeoutSeconds?: number }): Promise<void>;
  /**
   * Removes every image of an owner: repeats the request until the API says that it is done. Throws `unavailable` if that
   * takes longer than `timeoutSeconds` (default 300); call it again then, as after any stop.
   */
  eraseOwner(owner: string, options?: EraseOwnerOptions): Promise<void>;
  /**
   * Follows events, through lost connections: none is left out, and none comes twice. Throws `not-found` where the API keeps
   * no events, and for an `after` that it keeps no longer: list the images, then follow without it.
   */
  followEvents(options?: EventsOptions): AsyncIterable<ImageEvent>;
  /**
   * Hints at changes, for whoever shows images: with each event where the API has a stream, and every `pollSeconds`
   * elsewhere. A hint without an event comes once the stream is open, and whenever it fails to open: look at everything.
   * Throws `ApiError` for what does not pass.
   */
  watch(options?: WatchOptions): AsyncIterable<Change>;
}

const IMAGE_FIELDS = ["imageId", "status"];

/** Creates a client of the HTTP API, for browsers and Node. It needs nothing but `fetch`. */
export function safelightClient(options: ClientOptions): SafelightClient {
  return createClient(new Transport(options));
}

/** Creates a client that sends its requests by `transport`. */
export function createClient(transport: Transport): SafelightClient {
  return {
    upload: (file, uploadOptions = {}) => upload(transport, file, uploadOptions),
    list: ({ signal, ...query } = {}) =>
      transport.requestJson(`/images${toQueryString(query)}`, { fields: ["items"], signal }),
    get: (imageId, { signal } = {}) =>
      ignoreNotFound(transport.requestJson(toImagePath(imageId), { imageId, fields: IMAGE_FIELDS, signal })),
    getStatus: ({ signal } = {}) =>
      transport.requestJson("/status", { fields: ["version", "capabilities", "configuration"], signal }),
    startReconcile: ({ signal } = {}) =>
      transport.requestJson("/reconcile", { method: "POST", fields: ["started"], signal }),
    edit: (imageId, body, { waitSeconds = MAX_WAIT_SECONDS, signal } = {}) => {
      const request = { method: "PATCH", body, waitSeconds, imageId, fields: IMAGE_FIELDS, signal } as const;
      return ignoreNotFound(transport.requestJson(toImagePath(imageId), request));
    },
    process: (key, processOptions = {}) => processOriginal(transport, key, processOptions),
    remove: (imageId, removeOptions = {}) => remove(transport, imageId, removeOptions),
    eraseOwner: (owner, eraseOptions = {}) => eraseOwner(transport, owner, eraseOptions),
    followEvents: (eventsOptions = {}) => followEvents(transport, eventsOptions),
    watch: (watchOptions = {}) => watchChanges(transport, watchOptions),
  };
}

async function processOriginal(
  transport: Transport,
  key: string,
  { waitSeconds = MAX_WAIT_SECONDS, signal, ...how }: ProcessOptions,
): Promise<ImageDescription> {
  const body = { key, ...how };
  const { record, imageId } = await transport.requestJson<{
    readonly record?: ImageDescription;
    readonly imageId?: string;
  }>("/process", { method: "POST", body, waitSeconds, signal });
  if (!record) {
    const message = `the image was not processed after ${waitSeconds} seconds; it will be, ask for it again`;
    throw new ApiError("unavailable", message, imageId === undefined ? {} : { imageId });
  }
  if (record.failure) throw new ApiError(record.failure.code, record.failure.message, { image: record });
  return record;
}

async function remove(
  transport: Transport,
  imageId: string,
  { timeoutSeconds = 60, signal }: Pick<ListOptions, "signal"> & { timeoutSeconds?: number },
): Promise<void> {
  const { answer, failure } = await poll(
    (times) =>
      transport.requestJson<{ readonly removed: boolean }>(toImagePath(imageId), {
        method: "DELETE",
        ...times,
        imageId,
        fields: ["removed"],
        signal,
      }),
    (removal) => removal?.removed !== false,
    { timeoutSeconds, signal, timing: transport.timing },
  );
  // An image that is no longer there was removed.
  if (!failure && answer?.removed !== false) return;
  const outlook = answer ? "it will be" : "no request for it was answered: ask again";
  throw new ApiError("unavailable", `the image was not removed after ${timeoutSeconds} seconds; ${outlook}`, {
    imageId,
    ...(failure && { cause: failure }),
  });
}

function toImagePath(imageId: string): string {
  return `/images/${encodeURIComponent(imageId)}`;
}
