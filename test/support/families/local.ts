import type { Family } from "../../../src/testing/index.js";

/** `safelight/local`. */
export const LOCAL_FAMILY: Family = {
  name: "local",
  ports: {
    originals: [],
    renditions: [],
    records: [],
    queue: [{ law: "a request can be postponed" }, { law: "a queue tells that something was added" }],
    changes: [],
    histories: [],
    urls: [],
    tickets: [],
    events: [],
    eventLog: [],
    webhookDeliveries: [],
    statuses: [],
    tagger: [{ law: "a tagger looks for what moderation holds back" }],
  },
};
