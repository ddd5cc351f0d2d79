import type { ImageEvent } from "../../../domain/model/image-event.js";
import { ApiError } from "./api-error.js";
import { readEventStream } from "./event-stream.js";
import { canPass, computePause } from "./retry.js";
import { type Transport, toQueryString } from "./transport.js";

/** Which events, and from where. */
export interface EventsOptions {
  /** Goes on after the event with this id. Default: with what is published from now on. */
  readonly after?: string;
  readonly type?: ImageEvent["type"];
  readonly imageId?: string;
  /** Only events of this owner's images. */
  readonly owner?: string;
  readonly signal?: AbortSignal;
}

/** How changes are watched. */
export interface WatchOptions {
  /** Seconds between two hints where the API has no stream. Default 5. */
  readonly pollSeconds?: number;
  readonly signal?: AbortSignal;
}

/** A hint that something changed: the event, or none where nobody can say what it was. */
export interface Change {
  /** Absent: look at everything that is shown. */
  readonly event?: ImageEvent;
}

/** Milliseconds until a stream that ended is opened again; twice as long after each that brought nothing. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

/** One stream from its opening to its end. */
interface Opened {
  place?: string | undefined;
  hasAnswered: boolean;
}

/** Follows events through any number of streams. Throws `ApiError` for what does not pass. */
export async function* followEvents(
  transport: Transport,
  { signal, after, ...filter }: EventsOptions,
  opened: Opened = { hasAnswered: false },
): AsyncGenerator<ImageEvent> {
  opened.place = after;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    let failure: ApiError | undefined;
    try {
      for await (const event of readStream(transport, { filter, opened, signal })) {
        pause = FIRST_PAUSE;
        yield event;
      }
    } catch (error) {
      if (!canPass(error)) throw error;
      failure = error;
    }
    await transport.timing.sleep(failure ? computePause(failure, pause) : pause, signal);
  }
}

async function* readStream(
  transport: Transport,
  from: { readonly filter: Record<string, string>; readonly opened: Opened; readonly signal?: AbortSignal },
): AsyncGenerator<ImageEvent> {
  const { filter, opened, signal } = from;
  const headers: Record<string, string> = opened.place === undefined ? {} : { "last-event-id": opened.place };
  const body = await transport.openStream(`/events${toQueryString(filter)}`, { headers, signal });
  try {
    for await (const { id, data } of readEventStream(body, signal)) {
      opened.hasAnswered = true;
      if (id !== undefined) opened.place = id;
      if (data !== undefined) yield JSON.parse(data) as ImageEvent;
    }
    signal?.throwIfAborted();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiError("unavailable", "the stream of events broke off", { cause });
  }
}

/**
 * Hints at changes as they happen, where the API keeps events and nothing between holds their stream back; elsewhere a
 * hint every `pollSeconds`. Throws `ApiError` for what does not pass, such as a token that is refused.
 */
export async function* watchChanges(
  transport: Transport,
  { pollSeconds = 5, signal }: WatchOptions,
): AsyncGenerator<Change> {
  for (;;) {
    const opened: Opened = { hasAnswered: false };
    try {
      for await (const event of followEvents(transport, signal ? { signal } : {}, opened)) yield { event };
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "not-found")) throw error;
    }
    // The place is kept no longer, and events may be lost: everything is to be looked at, from now on by a new stream.
    if (opened.hasAnswered) yield {};
    else break;
  }
  for (;;) {
    await transport.timing.sleep(pollSeconds * 1_000, signal);
    yield {};
  }
}
