import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, it } from "@jest/globals";
import { S3BlobStore } from "../../src/adapters/aws/blob-store.js";
import { S3UploadTickets } from "../../src/adapters/aws/upload-tickets.js";
import { blobStoreContract, runContract, uploadTicketsContract } from "../../src/ports/contracts/index.js";
import { ACCOUNT, clientOptions, NOWHERE, STRANGER } from "../support/cloud/clients.js";
import { type S3, startS3 } from "../support/cloud/s3/server.js";

const runner = { describe, it };

describe("Amazon S3", () => {
  let s3: S3;
  let offset = 0;
  let count = 0;

  beforeAll(async () => {
    s3 = await startS3({ accounts: [ACCOUNT], now: () => new Date(Date.now() + offset) });
  });
  afterAll(() => s3.close());

  const clientOf = (endpoint = s3.endpoint, credentials = ACCOUNT) =>
    new S3Client({ ...clientOptions(endpoint, credentials), forcePathStyle: true });

  function bucket() {
    offset = 0;
    count += 1;
    const name = `bucket-${count}`;
    s3.createBucket(name);
    const clients: S3Client[] = [];
    const open = (...place: Parameters<typeof clientOf>) => {
      const client = clientOf(...place);
      clients.push(client);
      return client;
    };
    const store = (...place: Parameters<typeof clientOf>) =>
      new S3BlobStore({ client: open(...place), bucket: name });
    const close = () => {
      for (const client of clients) client.destroy();
    };
    return { name, open, store, close };
  }

  runContract(runner, blobStoreContract, () => {
    const { store, close } = bucket();
    return {
      store: store(),
      restart: async () => store(),
      unreachable: async () => store(NOWHERE),
      refusing: async () => store(s3.endpoint, STRANGER),
      close,
    };
  });

  runContract(runner, uploadTicketsContract, () => {
    const { name, open, store, close } = bucket();
    return {
      tickets: new S3UploadTickets({ client: open(), bucket: name }),
      originals: store(),
      send: async ({ url, fields }, bytes) => {
        const form = new FormData();
        for (const [field, value] of Object.entries(fields)) form.append(field, value);
        form.append("file", new Blob([Uint8Array.from(bytes)]), "photo.jpg");
        const answer = await fetch(url, { method: "POST", body: form });
        await answer.text();
        return answer.ok;
      },
      pass: async (seconds) => {
        offset += seconds * 1_000;
      },
      close,
    };
  });
});
