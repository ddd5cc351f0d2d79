import { chmodSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "@jest/globals";
import { LocalImageTagger } from "../../src/adapters/local/image-tagger.js";
import type { ImageEvent } from "../../src/domain/model/image-event.js";
import type { BlobStore } from "../../src/ports/blob-store.js";
import {
  type BlobStoreHarness,
  blobStoreContract,
  changeQueueContract,
  eventLogContract,
  eventPublisherContract,
  imageTaggerContract,
  metadataRepositoryContract,
  originalChangesContract,
  runContract,
  webhookDeliveriesContract,
} from "../../src/ports/contracts/index.js";
import { createTestDirectory } from "../support/data-directory.js";
import { PICTURE } from "../support/memory-harness.js";
import { runAsNobody } from "../support/nobody.js";

const runner = { describe, it };

for (const name of ["originals", "renditions"] as const) {
  runContract(runner, { ...blobStoreContract, name: `BlobStore of ${name}` }, (): BlobStoreHarness => {
    const place = createTestDirectory();
    const first = place.open();
    const restart = async () => {
      first.close();
      return place.open()[name];
    };
    const openUnreachable = async () => {
      renameSync(place.dir, join(dirname(place.dir), "unmounted"));
      return first[name];
    };
    const openRefusing = async (): Promise<BlobStore> => {
      chmodSync(dirname(place.dir), 0o000);
      return runAsNobody(first[name]);
    };
    const close = () => {
      chmodSync(dirname(place.dir), 0o700);
      place.close();
    };
    return { store: first[name], restart, openUnreachable, openRefusing, close };
  });
}

runContract(runner, metadataRepositoryContract, () => {
  const place = createTestDirectory();
  const first = place.open();
  const restart = async () => {
    first.close();
    return place.open().records;
  };
  const openUnreachable = async () => {
    first.close();
    return first.records;
  };
  return { records: first.records, restart, openUnreachable, close: place.close };
});

runContract(runner, changeQueueContract, () => {
  const place = createTestDirectory();
  let current = place.open();
  const restart = async () => {
    current.close();
    current = place.open();
    return current.queue;
  };
  return { queue: current.queue, abandon: restart, restart, close: place.close };
});

runContract(runner, originalChangesContract, () => {
  const place = createTestDirectory();
  const first = place.open();
  const restart = async () => {
    first.close();
    return place.open();
  };
  return { originals: first.originals, queue: first.queue, restart, close: place.close };
});

runContract(runner, eventPublisherContract, () => {
  const place = createTestDirectory();
  const { events } = place.open();
  return { events, readPublished: () => place.open().eventLog.read({ limit: 1_000 }), close: place.close };
});

runContract(runner, eventLogContract, () => {
  const place = createTestDirectory();
  const first = place.open();
  const other = place.open();
  const restart = async () => {
    first.close();
    return place.open().eventLog;
  };
  const publishElsewhere = (event: ImageEvent) => other.events.publish(event);
  return { events: first.events, eventLog: first.eventLog, publishElsewhere, restart, close: place.close };
});

runContract(runner, imageTaggerContract, () => ({
  tagger: new LocalImageTagger(),
  pictures: [PICTURE, { ...PICTURE, dominantColor: "#2b6fb3" }],
}));

runContract(runner, webhookDeliveriesContract, () => {
  const place = createTestDirectory();
  const first = place.open();
  const restart = async () => {
    first.close();
    return place.open().webhookDeliveries;
  };
  return { deliveries: first.webhookDeliveries, restart, close: place.close };
});
