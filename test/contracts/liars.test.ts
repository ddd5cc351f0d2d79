import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { PIXEL_LAWS } from "../../src/ports/contracts/image-engine.js";
import {
  blobStoreContract,
  type Closable,
  type Contract,
  cdnUrlsContract,
  changeQueueContract,
  checkContract,
  eventLogContract,
  eventPublisherContract,
  imageEngineContract,
  imageTaggerContract,
  metadataRepositoryContract,
  originalChangesContract,
  statusStoreContract,
  uploadTicketsContract,
  webhookDeliveriesContract,
} from "../../src/ports/contracts/index.js";
import { historiesContract } from "../../src/testing/index.js";
import { createEngineSamples } from "../support/engine-samples.js";
import { blobStoreLiars } from "../support/liars/blob-store.js";
import { blobStoreDeletingLiars } from "../support/liars/blob-store-deleting.js";
import { blobStoreListingLiars } from "../support/liars/blob-store-listing.js";
import { blobStoreWritingLiars } from "../support/liars/blob-store-writing.js";
import {
  changesCapabilityLiars,
  queueCapabilityLiars,
  recordsCapabilityLiars,
  taggerCapabilityLiars,
  ticketsCapabilityLiars,
  urlsCapabilityLiars,
} from "../support/liars/capabilities.js";
import { cdnUrlsLiars } from "../support/liars/cdn-urls.js";
import { changeQueueLiars } from "../support/liars/change-queue.js";
import { eventLogLiars } from "../support/liars/event-log.js";
import { eventPublisherLiars } from "../support/liars/event-publisher.js";
import { historiesLiars } from "../support/liars/histories.js";
import * as honest from "../support/liars/honest.js";
import { imageEngineLiars } from "../support/liars/image-engine.js";
import { imageEnginePixelLiars } from "../support/liars/image-engine-pixels.js";
import { imageTaggerLiars } from "../support/liars/image-tagger.js";
import type { Liar } from "../support/liars/liar.js";
import { metadataRepositoryLiars } from "../support/liars/metadata-repository.js";
import { metadataRepositoryListingLiars } from "../support/liars/metadata-repository-listing.js";
import { metadataRepositoryScanningLiars } from "../support/liars/metadata-repository-scanning.js";
import { metadataRepositorySearchingLiars } from "../support/liars/metadata-repository-searching.js";
import { originalChangesLiars } from "../support/liars/original-changes.js";
import { statusStoreLiars } from "../support/liars/status-store.js";
import { uploadTicketsLiars } from "../support/liars/upload-tickets.js";
import { renditionKeyLiars, versionLiars } from "../support/liars/versions.js";
import { webhookDeliveriesLiars } from "../support/liars/webhook-deliveries.js";
import { takeSample } from "../support/sample.js";

/** The laws rarely change: one liar of eight a day shows that they still catch them. */
const PERIOD = 16;

/** Always the same draw, so that a liar that only a random case can catch is caught each time or never. */
const TRIALS = { seed: 20_260_101, runs: 100 };

/** Pixels and histories take their time, and the usual draw is what has to catch a liar. */
const FEW_TRIALS = { ...TRIALS, runs: 25 };

expectLiarsCaught(blobStoreContract, honest.createBlobStoreHarness, [
  ...blobStoreLiars,
  ...blobStoreWritingLiars,
  ...blobStoreDeletingLiars,
  ...blobStoreListingLiars,
  ...renditionKeyLiars,
]);
expectLiarsCaught(metadataRepositoryContract, honest.createMetadataRepositoryHarness, [
  ...metadataRepositoryLiars,
  ...metadataRepositoryListingLiars,
  ...metadataRepositoryScanningLiars,
  ...metadataRepositorySearchingLiars,
  ...versionLiars,
  ...recordsCapabilityLiars,
]);
expectLiarsCaught(changeQueueContract, honest.changeQueueHarness, [
  ...changeQueueLiars,
  ...queueCapabilityLiars,
]);
expectLiarsCaught(originalChangesContract, honest.createOriginalChangesHarness, [
  ...originalChangesLiars,
  ...changesCapabilityLiars,
]);
expectLiarsCaught(cdnUrlsContract, honest.createCdnUrlsHarness, [...cdnUrlsLiars, ...urlsCapabilityLiars]);
expectLiarsCaught(uploadTicketsContract, honest.uploadTicketsHarness, [
  ...uploadTicketsLiars,
  ...ticketsCapabilityLiars,
]);
expectLiarsCaught(eventPublisherContract, honest.createEventPublisherHarness, eventPublisherLiars);
expectLiarsCaught(eventLogContract, honest.createEventLogHarness, eventLogLiars);
expectLiarsCaught(webhookDeliveriesContract, honest.createWebhookDeliveriesHarness, webhookDeliveriesLiars);
expectLiarsCaught(statusStoreContract, honest.createStatusStoreHarness, statusStoreLiars);
expectLiarsCaught(imageTaggerContract, honest.createImageTaggerHarness, [
  ...imageTaggerLiars,
  ...taggerCapabilityLiars,
]);
expectLiarsCaught(historiesContract, honest.createHistoriesHarness, historiesLiars, FEW_TRIALS);
expectLiarsCaught(
  { ...imageEngineContract, laws: imageEngineContract.laws.filter((law) => !PIXEL_LAWS.includes(law)) },
  honest.createFakeEngineHarness,
  imageEngineLiars,
);
const samples = await createEngineSamples();
expectLiarsCaught(
  { name: "ImageEngine, as far as it is about pixels", laws: PIXEL_LAWS },
  () => ({ engine: sharpEngine(), ...samples }),
  imageEnginePixelLiars,
  FEW_TRIALS,
);

function expectLiarsCaught<Base extends Closable, Harness extends Base>(
  contract: Contract<Base>,
  makeHonest: () => Harness,
  liars: readonly Liar<Harness>[],
  trials = TRIALS,
): void {
  describe(`the contract of ${contract.name}`, () => {
    it("is kept in full by the adapter that the liars are made from", async () => {
      const verdicts = await checkContract(contract, makeHonest, [], trials);
      expect(verdicts).toEqual(contract.laws.map(({ name }) => ({ law: name, outcome: "kept" })));
    });

    it("has a liar for each law, and no liar for a law that it does not have", () => {
      const laws = new Set(liars.map(({ law }) => law));
      expect([...laws].sort()).toEqual(contract.laws.map(({ name }) => name).sort());
    });

    it.each(takeSample(liars, PERIOD))("catches an adapter that $lie, by: $law", async ({ law, build }) => {
      const one = { ...contract, laws: contract.laws.filter(({ name }) => name === law) };
      const [verdict] = await checkContract(one, () => build(makeHonest()), [], trials);
      expect(verdict).toMatchObject({ law, outcome: "broken" });
      // A liar that stumbles over its own code was not caught at lying.
      expect(inspect(verdict?.outcome === "broken" && verdict.error)).not.toMatch(
        /TypeError|ReferenceError|RangeError/,
      );
    });
  });
}
