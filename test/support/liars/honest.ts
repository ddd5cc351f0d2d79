import { MemoryCdnUrls } from "../../../src/adapters/memory/cdn-urls.js";
import {
  MemoryBlobStore,
  type MemoryChangeQueue,
  MemoryMetadataRepository,
  memory,
} from "../../../src/adapters/memory/index.js";
import { type ErrorCode, SafelightError } from "../../../src/domain/model/errors.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { IMAGE_FORMATS } from "../../../src/domain/model/image-format.js";
import type { ImageEngineHarness, OriginalChangesHarness } from "../../../src/ports/contracts/index.js";
import {
  createFakeEngine,
  createFakeImage,
  readFakeMetadataKinds,
} from "../../../src/testing/fake-engine.js";
import { createMemoryStores } from "../history/memory-stores.js";
import {
  abandonQueue,
  createSender,
  createStoppedClock,
  isInvalidated,
  PICTURE,
  TAGS,
} from "../memory-harness.js";
import { rejectAll } from "./liar.js";

/*
 * One honest harness for each contract, for the liars to spoil. It is memory that outlives its process, and that can
 * be out of reach: so every law holds, and what a liar breaks is broken by its lie alone.
 */

/** A blob store. */
export function createBlobStoreHarness() {
  const store = new MemoryBlobStore();
  return {
    store,
    restart: async () => store,
    openUnreachable: async () => makeUnavailable(store),
    openRefusing: async () => makeUnavailable(store),
  };
}

/** A metadata repository. */
export function createMetadataRepositoryHarness() {
  const records = new MemoryMetadataRepository();
  return { records, restart: async () => records, openUnreachable: async () => makeUnavailable(records) };
}

/** A change queue. */
export function changeQueueHarness() {
  const { clock, pass } = createStoppedClock();
  const { queue } = memory({ clock });
  return { queue, pass, abandon: async () => abandonQueue(queue), restart: async () => abandonQueue(queue) };
}

/** Originals and their queue. */
export function createOriginalChangesHarness(): OriginalChangesHarness & {
  readonly queue: MemoryChangeQueue;
} {
  const { originals, queue } = memory();
  return { originals, queue, restart: async () => ({ originals, queue: abandonQueue(queue) }) };
}

/** URLs of renditions, with a CDN that forgets what it is told to. */
export function createCdnUrlsHarness() {
  const urls = new MemoryCdnUrls({ negotiates: true });
  return { urls, isInvalidated: async (key: string) => isInvalidated(key, urls.invalidated) };
}

/** Upload tickets, with somebody who accepts them. */
export function uploadTicketsHarness() {
  const time = createStoppedClock();
  const { tickets, originals } = memory(time);
  return { tickets, originals, send: createSender(tickets), pass: time.pass, now: time.clock };
}

/** An event publisher with a subscriber. */
export function createEventPublisherHarness() {
  const { events } = memory();
  return { events, readPublished: async () => events.published };
}

/** An event log with its publisher. What another process would publish, and what is left after one, is all in memory. */
export function createEventLogHarness() {
  const { events, eventLog } = memory();
  return {
    events,
    eventLog,
    publishElsewhere: (event: ImageEvent) => events.publish(event),
    restart: async () => eventLog,
  };
}

/** A tagger with a picture. */
export function createImageTaggerHarness() {
  return { tagger: memory({ tags: TAGS }).tagger, pictures: [{ ...PICTURE, jpeg: PICTURE.jpeg.slice() }] };
}

/** Deliveries that outlive their process. */
export function createWebhookDeliveriesHarness() {
  const { webhookDeliveries: deliveries } = memory();
  return { deliveries, restart: async () => deliveries };
}

/** Documents of a pipeline that outlive its process, with the records beside them. */
export function createStatusStoreHarness() {
  const { statuses, records } = memory();
  return {
    statuses,
    records,
    restart: async () => statuses,
    openUnreachable: async () => makeUnavailable(statuses),
  };
}

/** Stores in memory for each history. */
export function createHistoriesHarness() {
  return { open: () => createMemoryStores() };
}

/** The fake engine with images of every kind. */
export function createFakeEngineHarness() {
  const sizes = { width: 30, height: 20 };
  const truncated = { ...sizes, format: "png" } as const;
  return {
    engine: createFakeEngine(),
    samples: [
      ...IMAGE_FORMATS.map((format) => createSample({ ...sizes, format })),
      createSample({ ...sizes, format: "jpeg", orientation: 6 }),
      createSample({ ...sizes, format: "gif", frames: 3 }),
      {
        ...sizes,
        format: "jpeg",
        bytes: createFakeImage({ ...sizes, format: "jpeg", metadata: ["exif", "xmp"] }),
      },
    ],
    truncated: { ...truncated, bytes: createFakeImage({ ...truncated, payload: "broken" }) },
    brokenHeader: new TextEncoder().encode("IMG jpeg 30x"),
    notImages: ["#!/bin/sh", "<svg/>", "PK\u0003\u0004"].map((text) => new TextEncoder().encode(text)),
    listMetadataKinds: async (bytes: Uint8Array) => readFakeMetadataKinds(bytes),
    endless: createFakeImage({ ...truncated, payload: "endless" }),
  } satisfies ImageEngineHarness;
}

function createSample(image: Omit<ImageEngineHarness["samples"][number], "bytes">) {
  return { ...image, bytes: createFakeImage({ ...image, payload: "pixels" }) };
}

function makeUnavailable<Port extends object>(port: Port, code: ErrorCode = "unavailable"): Port {
  return rejectAll(port, new SafelightError(code, "the store did not answer"));
}
