import { createCapabilityLaw } from "./capability.js";
import { type ChangeQueueHarness, guardQueues } from "./change-queue/harness.js";
import { MEASURING_LAWS } from "./change-queue/measuring-laws.js";
import { RECEIVING_LAWS } from "./change-queue/receiving-laws.js";
import { SENDING_LAWS } from "./change-queue/sending-laws.js";
import { SETTLING_LAWS } from "./change-queue/settling-laws.js";
import { type Contract, type Law, prepareLaws } from "./contract.js";

export type { ChangeQueueHarness } from "./change-queue/harness.js";

/** The capabilities of a change queue. */
const CAPABILITIES: readonly Law<ChangeQueueHarness>[] = [
  createCapabilityLaw({
    name: "a request can be postponed",
    consequence:
      "the tags of an image whose tagger was away wait for its next settlement, and where moderation is on its change is tried again without a pause",
    isThere: ({ queue }) => queue.postpone !== undefined,
  }),
  createCapabilityLaw({
    name: "the changes of one key can be received",
    consequence: "whoever waits for one image settles a request of its own, and a worker finds it done",
    isThere: ({ queue }) => queue.receiveByKey !== undefined,
  }),
  createCapabilityLaw({
    name: "a queue tells that something was added",
    consequence: "whoever waits looks every second",
    isThere: ({ queue }) => queue.watch !== undefined,
  }),
  createCapabilityLaw({
    name: "a queue can be measured",
    consequence: "the status says nothing of how much waits",
    isThere: ({ queue }) => queue.measure !== undefined,
  }),
];

/** Everything that `ChangeQueue` promises about what is sent to it; for what a store tells it see `original-changes`. */
export const changeQueueContract: Contract<ChangeQueueHarness> = {
  name: "ChangeQueue",
  laws: prepareLaws(guardQueues, [
    ...CAPABILITIES,
    ...SENDING_LAWS,
    ...RECEIVING_LAWS,
    ...SETTLING_LAWS,
    ...MEASURING_LAWS,
  ]),
};
