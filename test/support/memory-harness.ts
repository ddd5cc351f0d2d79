import type { MemoryChangeQueue, MemoryUploadTickets } from "../../src/adapters/memory/index.js";
import { hasCode } from "../../src/domain/model/errors.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Tag, TaggingInput } from "../../src/ports/image-tagger.js";
import type { Ticket } from "../../src/ports/upload-tickets.js";

/** The queue once all of its receivers are dead. */
export function abandonQueue(queue: MemoryChangeQueue): MemoryChangeQueue {
  queue.abandon();
  return queue;
}

/** Whether a CDN that was asked to invalidate these keys has invalidated this one. */
export function isInvalidated(key: string, invalidated: readonly string[]): boolean {
  return invalidated.some((name) => (name.endsWith("*") ? key.startsWith(name.slice(0, -1)) : key === name));
}

/** Hands tickets in, and tells whether they were accepted. */
export function createSender(tickets: MemoryUploadTickets) {
  return async ({ fields }: Pick<Ticket, "fields">, bytes: Uint8Array): Promise<boolean> => {
    try {
      await tickets.redeem(fields, bytes);
      return true;
    } catch (error) {
      if (hasCode(error, "forbidden") || hasCode(error, "too-large")) return false;
      throw error;
    }
  };
}

/** A clock that stands still until time is told to pass. */
export function createStoppedClock(): { clock: Clock; pass: (seconds: number) => Promise<void> } {
  let now = Date.UTC(2026, 0, 1);
  return {
    clock: () => new Date(now),
    pass: async (seconds) => {
      now += seconds * 1_000;
    },
  };
}

/** The tags of every picture: out of order, and one name twice. */
export const TAGS: readonly Tag[] = [
  { name: "Cat", confidence: 71 },
  { name: "Animal", confidence: 99.5 },
  { name: "Cat", confidence: 84 },
  { name: "Weapon", confidence: 0, moderation: true },
];

/** Something to be tagged. */
export const PICTURE: TaggingInput = {
  facts: {
    format: "jpeg",
    width: 2,
    height: 1,
    orientation: 1,
    bytes: 3,
    frames: 1,
    hasAlpha: false,
    colorSpace: "srgb",
    decodeCost: 6,
  },
  jpeg: Uint8Array.of(0xff, 0xd8, 0xff),
};
