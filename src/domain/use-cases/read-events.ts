import type { CallOptions } from "../../ports/call-options.js";
import type { EventLog } from "../../ports/event-log.js";
import type { ImageEvent } from "../model/image-event.js";
import type { ImageEventType } from "../model/image-record.js";
import { hasOwner } from "../model/owner.js";
import type { Needs } from "./ports.js";

/** Most events that are read at a time. */
const PAGE_SIZE = 100;

/** Which events, and how long. */
export interface EventsQuery {
  /** The id of an event: those published after it. Default: from the oldest that is kept. */
  readonly after?: string;
  /** Whether to go on with what is published from now on. Default false: ends with the newest event. */
  readonly follow?: boolean;
  readonly type?: ImageEventType;
  readonly imageId?: string;
  /** Only events of images of this owner. */
  readonly owner?: string;
}

/** Events that were read together. */
export interface EventsPage {
  /** Those that were asked for, in the order of publishing; their URLs are those of right now. */
  readonly items: readonly ImageEvent[];
  /** The id to go on after: it may be that of an event that was not asked for. */
  readonly after: string;
}

/**
 * Reads the events that are kept, page by page, and with `follow` waits for further ones until the signal is aborted.
 * Rejects with the signal's reason then, and with `not-found` for an `after` that is not kept.
 */
export async function* readEvents(
  ports: Needs<"urls"> & { readonly eventLog: EventLog },
  query: EventsQuery = {},
  { signal }: CallOptions = {},
): AsyncGenerator<EventsPage, void, undefined> {
  let { after } = query;
  for (;;) {
    const read = await ports.eventLog.read({ after, limit: PAGE_SIZE }, { signal });
    const last = read.at(-1);
    if (last === undefined) {
      if (!query.follow) return;
      await ports.eventLog.waitForMore(after, { signal });
      continue;
    }
    after = last.id;
    const wanted = read.filter((event) => isWanted(event, query));
    yield { items: await Promise.all(wanted.map((event) => refreshUrls(ports, event))), after };
  }
}

function isWanted(event: ImageEvent, query: EventsQuery): boolean {
  const { type, imageId } = event;
  return (
    (query.type === undefined || type === query.type) &&
    (query.imageId === undefined || imageId === query.imageId) &&
    hasOwner(event, query.owner)
  );
}

/** Domains change and signatures expire, and another process may have published it under other URLs. */
async function refreshUrls({ urls }: Needs<"urls">, event: ImageEvent): Promise<ImageEvent> {
  if (event.record === undefined) return event;
  const renditions = await Promise.all(
    event.record.renditions.map(async (rendition) => ({
      ...rendition,
      url: await urls.getUrl(rendition.key),
    })),
  );
  return { ...event, record: { ...event.record, renditions } };
}
