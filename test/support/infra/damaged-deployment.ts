import { PutObjectCommand } from "@aws-sdk/client-s3";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import type { ImageTagger } from "../../../src/ports/image-tagger.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import type { Cloud } from "../cloud/cloud.js";

/** The originals that are there before anything is damaged. */
export const KEYS = ["anna/a.png", "anna/b.png", "ben/c.png"] as const;

/** The findings about {@link damageDeployment}. */
export const DAMAGE = {
  "expired-tombstone": 1,
  "unfinished-outbox": 1,
  "orphaned-rendition": 1,
  "unrecorded-original": 1,
} as const;

/** Settles what a deployment on the local cloud would settle, with an engine of this version that takes texts for pictures. */
export function createSettler(cloud: Cloud, configuration: string, engineVersion: string): Pipeline {
  const tagger: ImageTagger = { provider: "rekognition", tag: async () => [{ name: "Cat", confidence: 90 }] };
  const engine = { ...createFakeEngine(), version: engineVersion };
  return definePipeline({ ...cloud.adapters, engine, tagger, config: JSON.parse(configuration) });
}

/** Stores an original, or a file in the bucket of renditions, and loses the notification. */
export async function putUntold(
  { clients, adapters, options }: Cloud,
  Key: string,
  Bucket = options.originals,
): Promise<void> {
  const Body = createFakeImage({ format: "png", width: 40, height: 30, payload: Key });
  await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  for (const { id } of await adapters.queue.receive({ limit: 10 })) await adapters.queue.acknowledge(id);
}

/** Does to the settled images of {@link KEYS} what takes every call to put right. */
export async function damageDeployment(cloud: Cloud, pipeline: Pipeline): Promise<void> {
  const [owing, removed] = KEYS;
  await pipeline.remove(deriveImageId(removed));
  await pipeline.drainQueue();
  await changeRecord(cloud, removed, () => ({ expiresAt: "2020-01-01T00:00:00.000Z" }));
  await changeRecord(cloud, owing, ({ renditions, version }) => ({
    outbox: {
      invalidations: renditions.map(({ key }) => key),
      events: [{ type: "ImageReady", version, time: "2020-01-01T00:00:00.000Z" }],
    },
  }));
  const orphan = `${deriveImageId("nobody.png")}/0-0000000000000001-0/${"a".repeat(22)}/thumb.png`;
  await putUntold(cloud, orphan, "renditions");
  await putUntold(cloud, "ben/new.png");
}

/** Writes over a record as nobody should. */
export async function changeRecord(
  { adapters: { records } }: Cloud,
  key: string,
  change: (record: ImageRecord) => Partial<ImageRecord>,
): Promise<void> {
  const record = await records.get(deriveImageId(key));
  if (!record) throw new Error(`expected a record of ${key} but there is none`);
  const changed = { ...record, ...change(record), edition: record.edition + 1 } as ImageRecord;
  await records.commit(changed, { replacing: record });
}
