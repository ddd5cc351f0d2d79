import type {
  CdnUrlsHarness,
  ChangeQueueHarness,
  ImageTaggerHarness,
  MetadataRepositoryHarness,
  UploadTicketsHarness,
} from "../../../src/ports/contracts/index.js";
import type { createOriginalChangesHarness } from "./honest.js";
import { hideMethod, type Liar, replaceMethods } from "./liar.js";

/*
 * Adapters that lack a capability, and have not declared so.
 */

/** Queues. */
export const queueCapabilityLiars: readonly Liar<ChangeQueueHarness>[] = (
  [
    ["a request can be postponed", "postpone"],
    ["the changes of one key can be received", "receiveByKey"],
    ["a queue tells that something was added", "watch"],
    ["a queue can be measured", "measure"],
  ] as const
).map(([law, method]) => ({
  law,
  lie: `has no ${method}`,
  build: (honest) => ({ ...honest, queue: hideMethod(honest.queue, method) }),
}));

/** A repository. */
export const recordsCapabilityLiars: readonly Liar<MetadataRepositoryHarness>[] = [
  {
    law: "records can be listed by name",
    lie: "has no listByName",
    build: (honest) => ({ ...honest, records: hideMethod(honest.records, "listByName") }),
  },
];

/** Originals with their queue. */
export const changesCapabilityLiars: readonly Liar<ReturnType<typeof createOriginalChangesHarness>>[] = [
  {
    law: "a change says what happened",
    lie: "says only that something happened",
    build: (honest) => ({ ...honest, looks: true }),
  },
];

/** URLs. */
export const urlsCapabilityLiars: readonly Liar<CdnUrlsHarness>[] = [
  {
    law: "one URL stands for all formats of a spec",
    lie: "has files alone",
    build: (honest) => ({ ...honest, urls: replaceMethods(honest.urls, { negotiates: false }) }),
  },
];

/** A tagger. */
export const taggerCapabilityLiars: readonly Liar<ImageTaggerHarness>[] = [
  {
    law: "a tagger looks for what moderation holds back",
    lie: "does not moderate",
    build: (honest) => ({ ...honest, tagger: replaceMethods(honest.tagger, { moderates: false }) }),
  },
];

/** Tickets. */
export const ticketsCapabilityLiars: readonly Liar<UploadTicketsHarness>[] = [
  {
    law: "a ticket is a form",
    lie: "signs PUTs",
    build: (honest) => {
      const issue: typeof honest.tickets.issue = async (request) => ({
        ...(await honest.tickets.issue(request)),
        method: "PUT",
        fields: {},
      });
      return { ...honest, tickets: replaceMethods(honest.tickets, { issue }) };
    },
  },
  ...(
    [
      ["size", "tickets bind the size"],
      ["contentType", "tickets bind the content type"],
      ["metadata", "tickets bind the metadata"],
    ] as const
  ).map(
    ([part, law]): Liar<UploadTicketsHarness> => ({
      law,
      lie: `does not bind ${part}`,
      build: (honest) => {
        const binds = { ...honest.tickets.binds, [part]: false };
        return { ...honest, tickets: replaceMethods(honest.tickets, { binds }) };
      },
    }),
  ),
];
