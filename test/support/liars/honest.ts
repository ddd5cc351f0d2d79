import {
  MemoryBlobStore,
  type MemoryChangeQueue,
  MemoryMetadataRepository,
  memory,
} from "../../../src/adapters/memory/index.js";
import { type ErrorCode, SafelightError } from "../../../src/domain/model/errors.js";
import { IMAGE_FORMATS } from "../../../src/domain/model/image-format.js";
import type { ImageEngineHarness, OriginalChangesHarness } from "../../../src/ports/contracts/index.js";
import { fakeEngine, fakeImage, fakeMetadataKinds } from "../fake-engine.js";
import { abandoned, isInvalidated, PICTURE, sender, stoppedClock, TAGS } from "../memory-harness.js";
import { failing } from "./lying.js";

/*
 * One honest harness for each contract, for the liars to spoil. It is memory that outlives its process, and that can
 * be out of reach: so every law holds, and what a liar breaks is broken by its lie alone.
 */

/** A blob store. */
export function blobStoreHarness() {
  const store = new MemoryBlobStore();
  return {
    store,
    restart: async () => store,
    openUnreachable: async () => away(store),
    openRefusing: async () => away(store),
  };
}

/** A metadata repository. */
export function metadataRepositoryHarness() {
  const records = new MemoryMetadataRepository();
  return { records, restart: async () => records, openUnreachable: async () => away(records) };
}

/** A change queue. */
export function changeQueueHarness() {
  const { queue } = memory();
  return { queue, abandon: async () => abandoned(queue), restart: async () => abandoned(queue) };
}

/** Originals and their queue. */
export function originalChangesHarness(): OriginalChangesHarness & { readonly queue: MemoryChangeQueue } {
  const { originals, queue } = memory();
  return { originals, queue, restart: async () => ({ originals, queue: abandoned(queue) }) };
}

/** URLs of renditions, with a CDN that forgets what it is told to. */
export function cdnUrlsHarness() {
  const { urls } = memory();
  return { urls, isInvalidated: async (key: string) => isInvalidated(key, urls.invalidated) };
}

/** Upload tickets, with somebody who accepts them. */
export function uploadTicketsHarness() {
  const time = stoppedClock();
  const { tickets, originals } = memory(time);
  return { tickets, originals, send: sender(tickets), pass: time.pass, now: time.clock };
}

/** An event publisher with a subscriber. */
export function eventPublisherHarness() {
  const { events } = memory();
  return { events, readPublished: async () => events.published };
}

/** A tagger with a picture. */
export function imageTaggerHarness() {
  return { tagger: memory({ tags: TAGS }).tagger, pictures: [{ ...PICTURE, jpeg: PICTURE.jpeg.slice() }] };
}

/** The fake engine with images of every kind. */
export function fakeEngineHarness() {
  const sizes = { width: 30, height: 20 };
  const truncated = { ...sizes, format: "png" } as const;
  return {
    engine: fakeEngine(),
    samples: [
      ...IMAGE_FORMATS.map((format) => sample({ ...sizes, format })),
      sample({ ...sizes, format: "jpeg", orientation: 6 }),
      sample({ ...sizes, format: "gif", frames: 3 }),
      { ...sizes, format: "jpeg", bytes: fakeImage({ ...sizes, format: "jpeg", metadata: ["exif", "xmp"] }) },
    ],
    truncated: { ...truncated, bytes: fakeImage({ ...truncated, payload: "broken" }) },
    brokenHeader: new TextEncoder().encode("IMG jpeg 30x"),
    notImages: ["#!/bin/sh", "<svg/>", "PK\u0003\u0004"].map((text) => new TextEncoder().encode(text)),
    listMetadataKinds: async (bytes: Uint8Array) => fakeMetadataKinds(bytes),
    endless: fakeImage({ ...truncated, payload: "endless" }),
  } satisfies ImageEngineHarness;
}

function sample(image: Omit<ImageEngineHarness["samples"][number], "bytes">) {
  return { ...image, bytes: fakeImage({ ...image, payload: "pixels" }) };
}

function away<Port extends object>(port: Port, code: ErrorCode = "unavailable"): Port {
  return failing(port, new SafelightError(code, "the store did not answer"));
}
