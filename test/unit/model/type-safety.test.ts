import { describe, expect, it } from "@jest/globals";
import type { PendingEvent, Pipeline } from "../../../src/index.js";
import {
  type BlobStore,
  type CdnUrls,
  deriveImageId,
  type Etag,
  etag,
  type ImageId,
  type ImageRecord,
  type MetadataRepository,
  originalKey,
  PENDING_VERSION,
  type PendingRecord,
  type ReadyRecord,
  type RejectedRecord,
  type RemovedRecord,
  type Replaced,
  type Version,
  version,
} from "../../../src/index.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";

const ID = deriveImageId("cat.jpg");
const KEY = originalKey("cat.jpg");
const ETAG = etag("e");

/** Never called: `npm run check` compiles this file, and an expected error that does not come is itself an error. */
function mixUp(pipeline: Pipeline, records: MetadataRepository, urls: CdnUrls, store: BlobStore) {
  return [
    pipeline.get(ID),
    records.get(ID),
    store.get(KEY, { ifMatch: ETAG }),
    urls.invalidate(["prefix/*"]),
    // @ts-expect-error a key is not an image id
    pipeline.get("cat.jpg"),
    // @ts-expect-error nor is one that was checked
    pipeline.remove(KEY),
    // @ts-expect-error an etag is not an image id
    records.get(ETAG),
    // @ts-expect-error an original has no public URL
    urls.getUrl(KEY),
    // @ts-expect-error nor is it the CDN's to invalidate
    urls.invalidate([KEY]),
    // @ts-expect-error a key is not an etag
    store.get(KEY, { ifMatch: KEY }),
    // @ts-expect-error an image id is not an etag
    store.get(KEY, { ifMatch: ID }),
  ];
}

const { imageId, key, createdAt, fileName, processedAt, source, contentHash, ...rest } =
  createRecord("cat.jpg");
const common = {
  imageId,
  key,
  version: PENDING_VERSION,
  edition: 1,
  createdAt,
  fileName,
  tags: [],
  renditions: [] as const,
};
const settled = { ...common, processedAt, configuration: "c" };
const failure = { code: "corrupt-image", message: "no image" } as const;
const event: PendingEvent = { type: "ImageReady", version: PENDING_VERSION, time: createdAt };
const outbox = { invalidations: [], events: [event] };

describe("what must not compile", () => {
  it("is one kind of text used as another", () => {
    const id: ImageId = ID;
    // @ts-expect-error any text is not an image id
    const text: ImageId = "cat.jpg";
    // @ts-expect-error any text is not an etag
    const tag: Etag = "e";
    expect([id, text, tag, typeof mixUp]).toEqual([ID, "cat.jpg", "e", "function"]);
  });

  it("is a write that names the version that it replaces without its edition", () => {
    const right: Replaced = createRecord("cat.jpg");
    // @ts-expect-error an edit changes a record, and is no version
    const wrong: Replaced = { version: PENDING_VERSION };
    expect([right, wrong]).toHaveLength(2);
  });

  it("is a version that nobody has checked", () => {
    const right: Version = version({ sequencer: "1", revision: 2 });
    // @ts-expect-error a revision is no fraction, and never negative
    const wrong: Version = { epoch: 0, sequencer: "zz!", revision: -1.5 };
    expect([right, wrong]).toHaveLength(2);
  });

  it("is a record with a field of another status, or without one of its own", () => {
    const tag = etag("e");
    const pending: PendingRecord = { ...common, status: "pending", configuration: "" };
    const ready: ReadyRecord = { ...settled, etag: tag, status: "ready", source, contentHash, outbox };
    const rejected: RejectedRecord = { ...settled, etag: tag, status: "rejected", failure };
    const removed: RemovedRecord = { ...settled, status: "removed", expiresAt: createdAt };
    const right: readonly ImageRecord[] = [pending, ready, rejected, removed];
    const wrong: readonly ImageRecord[] = [
      // @ts-expect-error ready without a source
      { ...settled, etag: tag, status: "ready", contentHash },
      // @ts-expect-error ready without the etag of its original
      { ...settled, status: "ready", source, contentHash },
      // @ts-expect-error ready with a failure
      { ...ready, failure },
      // @ts-expect-error rejected without a failure
      { ...settled, etag: tag, status: "rejected" },
      // @ts-expect-error pending with a failure
      { ...pending, failure },
      // @ts-expect-error pending with what a CDN may hold of it
      { ...pending, dropped: [] },
      // @ts-expect-error pending under a configuration
      { ...pending, configuration: "c" },
      // @ts-expect-error removed with a source
      { ...removed, source },
      // @ts-expect-error ready and about to expire
      { ...ready, expiresAt: createdAt },
      // @ts-expect-error removed, and somebody's
      { ...removed, owner: "ann" },
      // @ts-expect-error ready in no edition
      { ...ready, edition: undefined },
    ];
    expect([right.length, wrong.length]).toEqual([4, 11]);
    expect(rest).not.toHaveProperty("failure");
  });
});
