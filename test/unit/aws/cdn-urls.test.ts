import { createVerify, generateKeyPairSync } from "node:crypto";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CloudFrontUrls } from "../../../src/adapters/aws/cdn-urls.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { startCloudFront } from "../../support/cloud/cloudfront.js";

const BASE = { baseUrl: "https://images.example" };

describe("invalidating", () => {
  let cdn: Awaited<ReturnType<typeof startCloudFront>>;
  let client: CloudFrontClient;
  let waited: number[];
  let now: number;
  let urls: CloudFrontUrls;

  beforeEach(async () => {
    cdn = await startCloudFront();
    client = new CloudFrontClient(createClientOptions(cdn.endpoint));
    waited = [];
    now = Date.UTC(2026, 0, 1);
    urls = new CloudFrontUrls({
      ...BASE,
      invalidations: { client, distributionId: "E1" },
      clock: () => new Date(now),
      sleep: async (milliseconds) => {
        waited.push(milliseconds);
        now += milliseconds;
      },
    });
  });

  afterEach(async () => {
    client.destroy();
    await cdn.close();
  });

  it("names each path once, and a star is a wildcard only at its end", async () => {
    await urls.invalidate(["b c", "a*b", "a", "a", "i/1-0/*"]);
    expect(cdn.paths()).toEqual([["/a", "/a%2Ab", "/b%20c", "/i/1-0/*"]]);
  });

  it("retries a busy CDN after growing delays, with the same reference", async () => {
    cdn.beBusy(2);
    await urls.invalidate(["a"]);
    expect(waited).toEqual([1_000, 2_000]);
    expect(cdn.references()).toHaveLength(3);
    expect(new Set(cdn.references()).size).toBe(1);
  });

  it("fails if the CDN stays busy", async () => {
    cdn.beBusy(100);
    await expect(urls.invalidate(["a"])).rejects.toMatchObject({ code: "unavailable" });
    expect(cdn.requests).toHaveLength(4);
  });

  it("uses another reference the next time, because the CDN would ignore the same one", async () => {
    await urls.invalidate(["a"]);
    now += 1;
    await urls.invalidate(["a"]);
    expect(new Set(cdn.references()).size).toBe(2);
  });

  it("stays within the limit of a distribution", async () => {
    await urls.invalidate(Array.from({ length: 1_500 }, (_, index) => `k${index}`));
    await urls.invalidate(Array.from({ length: 25 }, (_, index) => `w${index}/*`));
    expect(cdn.paths().map(({ length }) => length)).toEqual([1_000, 500, 10, 10, 5]);
  });

  it("sends nothing without a CDN, or without keys", async () => {
    await new CloudFrontUrls(BASE).invalidate(["a"]);
    await urls.invalidate([]);
    expect(cdn.requests).toEqual([]);
  });
});

describe("a signed URL", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const signing = { keyPairId: "K1", privateKey, expiresIn: 600 };
  const clock = () => new Date(Date.UTC(2026, 0, 1));
  const urls = new CloudFrontUrls({ ...BASE, signing, clock });

  it("is valid until its expiry and for its own path only", async () => {
    const url = new URL(await urls.getUrl("i/1-0/f/a b.webp"));
    const expires = Number(url.searchParams.get("Expires"));
    expect(expires).toBe(clock().getTime() / 1_000 + 600);
    expect(url.searchParams.get("Key-Pair-Id")).toBe("K1");
    const policy = JSON.stringify({
      Statement: [
        {
          Resource: "https://images.example/i/1-0/f/a%20b.webp",
          Condition: { DateLessThan: { "AWS:EpochTime": expires } },
        },
      ],
    });
    const text = url.searchParams.get("Signature") ?? "";
    const signature = Buffer.from(
      text.replace(/[-_~]/g, (character) => ({ "-": "+", _: "=", "~": "/" })[character] ?? ""),
      "base64",
    );
    expect(createVerify("RSA-SHA1").update(policy).verify(publicKey, signature)).toBe(true);
  });

  it("is not public", () => {
    expect(urls.toPublicUrl("k")).toBeUndefined();
    expect(new CloudFrontUrls(BASE).toPublicUrl("a b")).toBe("https://images.example/a%20b");
  });
});
