import type { GetObjectCommand, GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { describe, expect, it } from "@jest/globals";
import { type BlobStoreClient, S3BlobStore } from "../../../src/adapters/s3/index.js";
import { etag } from "../../../src/domain/model/etag.js";

/** A client whose every answer is this blob, whatever is asked; and whether its body was let go of. */
function createDeafClient() {
  const state = { isDestroyed: false };
  const Body = {
    transformToByteArray: async () => Uint8Array.of(1, 2),
    destroy: () => {
      state.isDestroyed = true;
    },
  };
  const answer = { ContentLength: 2, ETag: '"new"', LastModified: new Date(0), Body };
  const send = async (_command: GetObjectCommand) => answer as unknown as GetObjectCommandOutput;
  return { state, client: { send } as BlobStoreClient };
}

describe("a blob store over a store that does not know If-Match", () => {
  it("does not take other bytes for those of the given etag, and lets go of their connection", async () => {
    const { client, state } = createDeafClient();
    const store = new S3BlobStore({ client, bucket: "originals" });
    await expect(store.get("k", { ifMatch: etag("old") })).rejects.toMatchObject({ code: "conflict" });
    expect(state.isDestroyed).toBe(true);
    expect((await store.get("k", { ifMatch: etag("new") })).bytes).toEqual(Uint8Array.of(1, 2));
  });
});
