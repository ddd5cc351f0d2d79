import type { Family } from "../../../src/testing/index.js";

/** The toy family of the tests: a service with signed PUTs, and no more than what a pipeline needs. */
export const TOY_FAMILY: Family = {
  name: "toy",
  ports: {
    originals: [],
    renditions: [],
    records: [{ law: "records can be listed by name" }],
    queue: [
      { law: "a request can be postponed" },
      { law: "the changes of one key can be received" },
      { law: "a queue tells that something was added" },
      { law: "a queue can be measured" },
    ],
    changes: [],
    histories: [],
    urls: [{ law: "one URL stands for all formats of a spec" }],
    tickets: [
      { law: "a ticket is a form" },
      { law: "tickets bind the size" },
      { law: "tickets bind the content type" },
      { law: "tickets bind the metadata" },
    ],
    events: [],
    eventLog: { absent: "nobody can read events again" },
    webhookDeliveries: { absent: "`webhooks` of the configuration are refused" },
    statuses: {
      absent: "nobody is told which configuration is deployed, nor of the last run of reconciling",
    },
    tagger: { absent: "a configuration with tagging is refused" },
  },
};
