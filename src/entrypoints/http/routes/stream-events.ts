import { createRoute, z } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { EventsQuery } from "../../../domain/pipeline.js";
import { type Api, secureRoute } from "../app.js";
import { event, eventId, eventType, toEventJson } from "../event-schemas.js";
import { imageId } from "../image-schemas.js";
import { resolveListedOwner } from "../listed-owner.js";
import type { CompleteOptions } from "../options.js";
import { Busy } from "../problem.js";
import { describeEmpty, describeProblems } from "../responses.js";

/** Milliseconds of silence that proxies and clients take for a lost connection begin at half a minute: something is sent before. */
const HEARTBEAT_MILLISECONDS = 15_000;

/** Seconds after which a client that was told that there is no room may ask again. */
const RETRY_AFTER_SECONDS = 5;

const query = z.object({
  after: eventId.optional().openapi({ description: "The same as `Last-Event-ID`, which goes first." }),
  type: eventType.optional(),
  imageId: imageId.optional(),
  owner: z
    .string({ error: "one owner" })
    .min(1, { error: "one owner" })
    .max(200, { error: "at most 200 characters" })
    .optional(),
});

const headers = z.object({
  "last-event-id": eventId.optional().openapi({
    description: "Goes on after this event. Default: with what is published from now on.",
  }),
});

/** `GET /events`, where the pipeline has events to read. */
export function streamEvents(api: Api, options: CompleteOptions): void {
  const { events } = options.pipeline;
  if (events === undefined) return;
  const route = createRoute({
    method: "get",
    path: "/events",
    operationId: "streamEvents",
    summary: "Follow events",
    description:
      "Server-sent events: `event` is the type, `data` the event as JSON, `id` the place to go on after. A block with an `id` alone moves that place on past events that were not asked for. An event may be sent again after a break only if its `id` was not received. An id that is no longer kept (7 days) is answered with 404: look at the images again, and follow without an id.",
    ...secureRoute("read", options),
    request: { query, headers },
    responses: {
      200: {
        ...describeEmpty("A stream that ends when either side ends it.", {
          "X-Accel-Buffering": {
            description: "Keeps nginx from holding the stream back.",
            schema: { type: "string" },
          },
        }),
        content: { "text/event-stream": { schema: event } },
      },
      ...describeProblems("invalid-input", "not-found"),
    },
  });
  let open = 0;
  api.openapi(route, async (c) => {
    const { after: given, ...asked } = c.req.valid("query");
    const filter = { ...asked, ...resolveListedOwner(c.get("boundTo"), asked) };
    if (open >= options.maxEventStreams)
      throw new Busy(RETRY_AFTER_SECONDS, `${open} streams of events are open; try again`);
    open += 1;
    const release = () => {
      open -= 1;
    };
    try {
      const after = c.req.valid("header")["last-event-id"] ?? given ?? (await events.readNewest());
      // An id that is not kept is refused while there still is a status to say so.
      if (after !== undefined) await events.checkKept(after);
      c.header("X-Accel-Buffering", "no");
      if (c.req.method === "HEAD") {
        // Nobody would read the stream, and nobody end it.
        release();
        return c.body(null, 200, {
          "Content-Type": "text/event-stream",
          "Cache-Control": "no-store",
        }) as never;
      }
      const stop = new AbortController();
      const response = streamSSE(c, async (stream) => {
        const end = () => stop.abort();
        stream.onAbort(end);
        options.stopping?.addEventListener("abort", end);
        try {
          if (options.stopping?.aborted) return;
          await sendEvents(stream, events, { ...filter, after, follow: true }, stop.signal);
        } catch (error) {
          if (!stop.signal.aborted) options.log("error", "stream of events ended", { error: String(error) });
        } finally {
          options.stopping?.removeEventListener("abort", end);
          release();
        }
      });
      // Not even to be asked for again; and how it is transferred is the listener's to say, in HTTP/2 in no header at all.
      response.headers.set("Cache-Control", "no-store");
      for (const name of ["Connection", "Transfer-Encoding"]) response.headers.delete(name);
      return response as never;
    } catch (error) {
      release();
      throw error;
    }
  });
}

/** Each write waits until the one before it was taken: a slow reader holds one page of events, and no more. */
async function sendEvents(
  stream: SSEStreamingApi,
  events: NonNullable<CompleteOptions["pipeline"]["events"]>,
  query: EventsQuery,
  signal: AbortSignal,
): Promise<void> {
  let place = query.after;
  let isWriting = false;
  const write = async (text: string) => {
    isWriting = true;
    await stream.write(text);
    isWriting = false;
  };
  const sendPlace = async () => {
    if (!isWriting) await write(toPlaceBlock(place));
  };
  // The first one sends the headers, and the place that a reconnection before the first event goes on from.
  await sendPlace();
  const heartbeat = setInterval(sendPlace, HEARTBEAT_MILLISECONDS);
  try {
    for await (const { items, after } of events.read(query, { signal })) {
      for (const one of items) {
        if (signal.aborted) return;
        await write(`event: ${one.type}\nid: ${one.id}\ndata: ${JSON.stringify(toEventJson(one))}\n\n`);
        place = one.id;
      }
      place = after;
    }
  } finally {
    clearInterval(heartbeat);
  }
}

/** The id alone, which no client takes for an event; the comment repeats it for parsers that forget an id without an event. */
function toPlaceBlock(place: string | undefined): string {
  return place === undefined ? ":\n\n" : `: ${place}\nid: ${place}\n\n`;
}
