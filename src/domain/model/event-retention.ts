/** How long an event can be read again after it was published, in milliseconds: 7 days. */
export const EVENT_RETENTION = 7 * 24 * 60 * 60 * 1000;

/**
 * Number of the newest events that are kept however old they are. Whoever has got all of them is not refused after a
 * quiet week, when the next event ends the retention of the last one.
 */
export const LEAST_EVENTS = 1_000;

/** Number of events that are kept at most, so that an import of millions of images does not fill a disk with them. */
export const MOST_EVENTS = 1_000_000;
