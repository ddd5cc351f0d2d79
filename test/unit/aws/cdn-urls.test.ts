import { createVerify, generateKeyPairSync } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CloudFrontUrls } from "../../../src/adapters/aws/cdn-urls.js";
import { createClientOptions, NOWHERE } from "../../support/cloud/clients.js";
import { type Messaging, startMessaging } from "../../support/cloud/messaging.js";

const BASE = { baseUrl: "https://images.example" };

describe("invalidating", () => {
  let messaging: Messaging;
  let client: SQSClient;
  let urls: CloudFrontUrls;

  beforeEach(async () => {
    messaging = await startMessaging();
    client = new SQSClient(createClientOptions(messaging.endpoint));
    const queueUrl = messaging.createPlainQueue("invalidations");
    urls = new CloudFrontUrls({ ...BASE, invalidations: { client, queueUrl } });
  });

  afterEach(async () => {
    client.destroy();
    await messaging.close();
  });

  const listSent = () =>
    messaging.bodiesIn("invalidations").map((body) => JSON.parse(body).invalidations as readonly string[]);

  it("names each path once, and a star is a wildcard only at its end", async () => {
    await urls.invalidate(["b c", "a*b", "a", "a", "i/1-0/*"]);
    expect(listSent()).toEqual([["/b%20c", "/a%2Ab", "/a", "/i/1-0/*"]]);
  });

  it("puts no more into one message than goes into one request", async () => {
    await urls.invalidate(Array.from({ length: 150 }, (_, index) => `k${index}`));
    await urls.invalidate(Array.from({ length: 12 }, (_, index) => `w${index}/*`));
    expect(listSent().map(({ length }) => length)).toEqual([100, 50, 5, 5, 2]);
  });

  it("sends nothing without a CDN, or without keys", async () => {
    await new CloudFrontUrls(BASE).invalidate(["a"]);
    await urls.invalidate([]);
    expect(listSent()).toEqual([]);
  });

  it("fails while the queue does not answer, so that it is done again with the next attempt", async () => {
    const nowhere = new SQSClient(createClientOptions(NOWHERE));
    const lost = new CloudFrontUrls({
      ...BASE,
      invalidations: { client: nowhere, queueUrl: `${NOWHERE}/q` },
    });
    await expect(lost.invalidate(["a"])).rejects.toMatchObject({ code: "unavailable" });
    nowhere.destroy();
  });
});

describe("a signed URL", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const signing = { keyPairId: "K1", privateKey, expiresIn: 600 };
  const readClock = () => new Date(Date.UTC(2026, 0, 1));
  const urls = new CloudFrontUrls({ ...BASE, signing, clock: readClock });

  it("is valid until its expiry and for its own path only", async () => {
    const url = new URL(await urls.getUrl("i/1-0/f/a b.webp"));
    const expires = Number(url.searchParams.get("Expires"));
    expect(expires).toBe(readClock().getTime() / 1_000 + 600);
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

  it("of several formats is valid for all of its spec, as the viewer sends it and as the function rewrites it", async () => {
    const url = new URL(await urls.getUrl("i/1-0/f/page.avif.jpg"));
    const encoded = url.searchParams.get("Policy") ?? "";
    const policy = Buffer.from(
      encoded.replace(/[-_~]/g, (character) => ({ "-": "+", _: "=", "~": "/" })[character] ?? ""),
      "base64",
    ).toString();
    expect(url.pathname).toBe("/i/1-0/f/page.avif.jpg");
    expect(JSON.parse(policy)).toEqual({
      Statement: [
        {
          Resource: "https://images.example/i/1-0/f/page.*",
          Condition: { DateLessThan: { "AWS:EpochTime": readClock().getTime() / 1_000 + 600 } },
        },
      ],
    });
  });

  it("is not public", () => {
    expect(urls.toPublicUrl("k")).toBeUndefined();
    expect(new CloudFrontUrls(BASE).toPublicUrl("a b")).toBe("https://images.example/a%20b");
  });
});
