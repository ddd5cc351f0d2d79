import { createParser, type EventSourceMessage } from "eventsource-parser";

/** Seconds of silence after which a stream is taken for lost: the API sends something every 15. */
const MAX_SILENCE_SECONDS = 45;

/** One block of a stream: an event, or the place alone that it has come to. */
export interface StreamBlock {
  /** The place to go on after. */
  readonly id?: string;
  /** The event as JSON; absent where the place alone moved on. */
  readonly data?: string;
}

/**
 * Reads server-sent events until the stream ends, nothing comes for {@link MAX_SILENCE_SECONDS}, or `signal` is aborted: a
 * `fetch` of the caller's own may not look at it.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<StreamBlock> {
  const blocks: StreamBlock[] = [];
  const parser = createParser({
    onEvent: ({ id, data }: EventSourceMessage) => blocks.push({ ...(id !== undefined && { id }), data }),
    // The parser forgets an id that comes without an event; the API repeats it in the comment before.
    onComment: (comment) => blocks.push(comment === "" ? {} : { id: comment }),
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // One that is broken has nothing to cancel.
  const stop = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    for (;;) {
      const { done, value } = await limitSilence(reader, stop);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* blocks.splice(0);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    // Whoever stops reading lets go of the connection.
    stop();
  }
}

async function limitSilence(reader: ReadableStreamDefaultReader<Uint8Array>, stop: () => void) {
  const timer = setTimeout(stop, MAX_SILENCE_SECONDS * 1_000);
  try {
    return await reader.read();
  } finally {
    clearTimeout(timer);
  }
}
