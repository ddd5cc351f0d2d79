import type { Family, Gap } from "../../../src/testing/index.js";

const ENDED = "what was stored ends with the process";
const NEAR = "memory is always there, for whoever asks: there is nothing to live with";

const STORE: readonly Gap[] = [
  { law: "a put is durable once it resolves", consequence: ENDED },
  {
    law: "after a crash in the middle of a put the old blob or the new one is there whole",
    consequence: ENDED,
  },
  { law: "every method throws unavailable when the store cannot be reached", consequence: NEAR },
  { law: "every method throws unavailable when the store refuses its own caller", consequence: NEAR },
];

/** `safelight/memory`. */
export const MEMORY_FAMILY: Family = {
  name: "memory",
  ports: {
    originals: STORE,
    renditions: STORE,
    records: [
      { law: "a commit is durable once it resolves", consequence: ENDED },
      { law: "every method throws unavailable when the repository cannot be reached", consequence: NEAR },
    ],
    queue: [{ law: "an ask is durable once send resolves", consequence: ENDED }],
    changes: [
      { law: "the sequencers of one key go on growing after a restart", consequence: ENDED },
      { law: "a change that was told is durable", consequence: ENDED },
    ],
    histories: [],
    urls: [],
    tickets: [],
    events: [],
    eventLog: [
      {
        law: "an event that another process publishes is waited for and read",
        consequence: "only this process hears of its events",
      },
      { law: "events are kept when the process ends", consequence: ENDED },
    ],
    webhookDeliveries: [{ law: "what was added is durable once add resolves", consequence: ENDED }],
    statuses: [
      { law: "a document is durable once put resolves", consequence: ENDED },
      { law: "every method throws unavailable when the store cannot be reached", consequence: NEAR },
    ],
    tagger: [],
  },
};
