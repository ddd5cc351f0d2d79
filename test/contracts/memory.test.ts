import { describe, it } from "@jest/globals";
import { MemoryBlobStore, MemoryMetadataRepository, memory } from "../../src/adapters/memory/index.js";
import {
  blobStoreContract,
  cdnUrlsContract,
  changeQueueContract,
  eventLogContract,
  eventPublisherContract,
  imageTaggerContract,
  metadataRepositoryContract,
  originalChangesContract,
  runContract,
  uploadTicketsContract,
  webhookDeliveriesContract,
} from "../../src/ports/contracts/index.js";
import {
  abandonQueue,
  createSender,
  createStoppedClock,
  isInvalidated,
  PICTURE,
  TAGS,
} from "../support/memory-harness.js";

const runner = { describe, it };

const ended = "memory ends with its process";
const near = "memory is always there, for whoever asks";

for (const etags of ["by-content", "by-write"] as const) {
  const contract = { ...blobStoreContract, name: `BlobStore with etags ${etags}` };
  runContract(runner, contract, () => ({ store: new MemoryBlobStore({ etags }) }), [
    { law: "a put is durable once it resolves", reason: ended },
    { law: "after a crash in the middle of a put the old blob or the new one is there whole", reason: ended },
    { law: "every method throws unavailable when the store cannot be reached", reason: near },
    { law: "every method throws unavailable when the store refuses its own caller", reason: near },
  ]);
}

runContract(runner, metadataRepositoryContract, () => ({ records: new MemoryMetadataRepository() }), [
  { law: "a commit is durable once it resolves", reason: ended },
  { law: "every method throws unavailable when the repository cannot be reached", reason: near },
]);

runContract(
  runner,
  changeQueueContract,
  () => {
    const { clock, pass } = createStoppedClock();
    const { queue } = memory({ clock });
    return { queue, pass, abandon: async () => abandonQueue(queue) };
  },
  [{ law: "an ask is durable once send resolves", reason: ended }],
);

runContract(runner, originalChangesContract, () => memory({ etags: "by-write" }), [
  { law: "the sequencers of one key go on growing after a restart", reason: ended },
  { law: "a change that was told is durable", reason: ended },
]);

runContract(runner, cdnUrlsContract, () => {
  const { urls } = memory();
  return { urls, isInvalidated: async (key) => isInvalidated(key, urls.invalidated) };
});

runContract(runner, uploadTicketsContract, () => {
  const time = createStoppedClock();
  const { tickets, originals } = memory(time);
  return { tickets, originals, send: createSender(tickets), pass: time.pass, now: time.clock };
});

runContract(runner, eventPublisherContract, () => {
  const { events } = memory();
  return { events, readPublished: async () => events.published };
});

runContract(runner, eventLogContract, () => memory(), [
  { law: "an event that another process publishes is waited for and read", reason: ended },
  { law: "events are kept when the process ends", reason: ended },
]);

runContract(runner, imageTaggerContract, () => ({
  tagger: memory({ tags: TAGS }).tagger,
  pictures: [PICTURE],
}));

runContract(runner, webhookDeliveriesContract, () => ({ deliveries: memory().webhookDeliveries }), [
  { law: "what was added is durable once add resolves", reason: ended },
]);
