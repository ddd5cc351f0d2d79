import type { Family } from "../../../src/testing/index.js";

/** `safelight/aws`, with every option that adds a capability. */
export const AWS_FAMILY: Family = {
  name: "aws",
  ports: {
    originals: [],
    renditions: [],
    records: [],
    queue: [
      { law: "the changes of one key can be received" },
      { law: "a queue tells that something was added" },
    ],
    changes: [],
    histories: [],
    urls: [],
    tickets: [],
    events: [],
    eventLog: {
      absent: "nobody can read events again: whoever is to hear of them subscribes to the topic",
    },
    webhookDeliveries: {
      absent: "SNS posts the events, for an hour; `webhooks` is a property of the construct",
    },
    statuses: [],
    tagger: [],
  },
};
