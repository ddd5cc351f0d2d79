import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type S3Adapters, s3 } from "../../../src/adapters/s3/index.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";

const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const inside = { endpoint: "http://store:9000", credentials };
const outside = { endpoint: "https://store.example", credentials };
const request = { key: "k", contentType: "image/png", maxBytes: 9, expiresIn: 60 };

describe.each([
  ["forms", true],
  ["signed PUTs", false],
])("a store that others reach at another address, with %s", (_what, forms) => {
  let stores: S3Adapters;

  beforeAll(() => {
    const options = { originals: "originals", renditions: "renditions", baseUrl: "https://images.example/" };
    stores = s3({
      ...options,
      client: inside,
      uploadsTo: outside,
      negotiates: true,
      capabilities: { forms },
    });
  });

  afterAll(() => stores.close());

  it("has its tickets for that address", async () => {
    const { url } = await stores.tickets.issue(request);
    expect(url).toMatch(/^https:\/\/store\.example\/originals/);
  });

  it("has its renditions where they are said to be", async () => {
    expect(await stores.urls.getUrl("a b" as RenditionKey)).toBe("https://images.example/a%20b");
    expect(stores.urls.negotiates).toBe(true);
  });
});
