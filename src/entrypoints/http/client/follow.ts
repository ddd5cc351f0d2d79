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

/** How far the streams have come. */
interface Progress {
  /** The event to go on after. */
  place?: string | undefined;
  hasAnswered: boolean;
}

/** Follows events through any number of streams. Throws `ApiError` for what does not pass. */
export async function* followEvents(
  transport: Transport,
  options: EventsOptions,
): AsyncGenerator<ImageEvent> {
  for await (const { event } of followStreams(transport, options, { hasAnswered: false }))
    if (event) yield event;
}

/** Follows events, and hints without one at what they do not tell: what was before the first stream, or is without one. */
async function* followStreams(
  transport: Transport,
  { signal, after, ...filter }: EventsOptions,
  progress: Progress,
): AsyncGenerator<Change> {
  progress.place = after;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    let failure: ApiError | undefined;
    try {
      for await (const change of readStream(transport, { filter, progress, signal })) {
        if (change.event) pause = FIRST_PAUSE;
        yield change;
      }
    } catch (error) {
      if (!canPass(error)) throw error;
      failure = error;
      yield {};
    }
    await transport.timing.sleep(failure ? computePause(failure, pause) : pause, signal);
  }
}

async function* readStream(
  transport: Transport,
  from: {
    readonly filter: Record<string, string>;
    readonly progress: Progress;
    readonly signal?: AbortSignal;
  },
): AsyncGenerator<Change> {
  const { filter, progress, signal } = from;
  const goesOn = progress.place !== undefined;
  const headers: Record<string, string> =
    progress.place === undefined ? {} : { "last-event-id": progress.place };
  const body = await transport.openStream(`/events${toQueryString(filter)}`, { headers, signal });
  let isOpen = false;
  try {
    for await (const { id, data } of readEventStream(body, signal)) {
      progress.hasAnswered = true;
      if (id !== undefined) progress.place = id;
      // The API sends the place at once: from here on every event is told, and nobody told what was before.
      if (!isOpen && !goesOn) yield {};
      isOpen = true;
      if (data !== undefined) yield { event: JSON.parse(data) as ImageEvent };
    }
    signal?.throwIfAborted();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiError("unavailable", "the stream of events broke off", { cause });
  }
}

/**
 * Hints at changes as they happen, where the API keeps events and nothing between holds their stream back; elsewhere a
 * hint every `pollSeconds`. A hint without an event comes once the stream is open, and with each try that it fails to open.
 * Throws `ApiError` for what does not pass, such as a token that is refused.
 */
export async function* watchChanges(
  transport: Transport,
  { pollSeconds = 5, signal }: WatchOptions,
): AsyncGenerator<Change> {
  for (;;) {
    const progress: Progress = { hasAnswered: false };
    try {
      yield* followStreams(transport, signal ? { signal } : {}, progress);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "not-found")) throw error;
    }
    // The place is kept no longer, and events may be lost: a new stream begins with a hint at everything.
    if (!progress.hasAnswered) break;
  }
  for (;;) {
    await transport.timing.sleep(pollSeconds * 1_000, signal);
    yield {};
  }
}
