import type { Family } from "../../../src/testing/index.js";

const NO_CDN = "nobody tells a CDN: what was removed is served from its cache until that forgets it";

/** `safelight/s3` and `safelight/postgres`, on a store that takes forms. */
export const S3_POSTGRES_FAMILY: Family = {
  name: "s3+postgres",
  ports: {
    originals: [],
    renditions: [],
    records: [],
    queue: [],
    changes: [{ law: "a change says what happened" }],
    histories: [],
    urls: [
      { law: "one URL stands for all formats of a spec" },
      { law: "invalidate makes the CDN ask its origin again for these keys", consequence: NO_CDN },
      {
        law: "an invalidated key that ends in * stands for all that start with what is before it",
        consequence: NO_CDN,
      },
    ],
    tickets: [],
    events: [],
    eventLog: [],
    webhookDeliveries: [],
    statuses: [],
    tagger: {
      absent: "a configuration with tagging is refused, unless a tagger of another family is plugged in",
    },
  },
};
