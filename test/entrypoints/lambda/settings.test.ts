import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { incrementRevision } from "../../../src/domain/model/version.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { startStub } from "../../support/cloud/http-stub.js";
import { type SetUps, startSetUps } from "../../support/lambda/set-ups.js";

let setUps: SetUps;

beforeAll(async () => {
  setUps = await startSetUps();
});

afterAll(() => setUps.close());

describe("the configuration in the bundle", () => {
  it("sets the specs, and a text watermark is drawn although the function has no installed font", async () => {
    const square = { width: 120, height: 120, format: "png" };
    const watermark = { text: "© Ansel & Co", minWidth: 50, scale: 0.9, gravity: "centre", opacity: 1 };
    const thumbnails = {
      plain: { ...square, watermark: false },
      watermarked: { ...square, watermark: true },
    };
    const environment = await setUps.configuredBy("watermarks.json", { thumbnails, watermark });
    await setUps.runWithFunction(environment, async (lambda) => {
      const { record } = await setUps.upload(lambda, "watermarked.jpg");
      expect(record?.renditions).toMatchObject([
        { name: "plain", watermarked: false },
        { name: "watermarked", watermarked: true },
      ]);
      const spread = await Promise.all(
        (record?.renditions ?? []).map(async ({ key }) => {
          const { channels } = await sharp((await setUps.cloud.adapters.renditions.get(key)).bytes).stats();
          return Math.max(...channels.map(({ stdev }) => stdev));
        }),
      );
      expect(spread[0]).toBeLessThan(1);
      expect(spread[1]).toBeGreaterThan(10);
      expect(lambda.output().filter((line) => /fontconfig/i.test(line))).toEqual([]);
    });
  });

  it("with errors fails each invocation with all of them at once, and settles nothing", async () => {
    const environment = await setUps.configuredBy("faulty.json", { thumbs: {}, metadata: "all" });
    await setUps.runWithFunction(environment, async (lambda) => {
      for (let tries = 1; tries <= 2; tries += 1)
        await expect(lambda.invoke({ Event: "s3:TestEvent" })).rejects.toThrow(
          /has 2 errors:(?:.|\n)*thumbs(?:.|\n)*metadata/,
        );
      expect(lambda.starts()).toBe(1);
    });
  });
});

describe("a deployment", () => {
  it("without a topic and without a CDN publishes no event, and gives the bucket's own URLs", async () => {
    const none = {
      [VARIABLES.topicArn]: "",
      [VARIABLES.cdnDomain]: "",
      [VARIABLES.invalidationQueueUrl]: "",
    };
    await setUps.runWithFunction(none, async (lambda) => {
      const { record, row, events } = await setUps.upload(lambda, "alone.jpg");
      expect(record?.status).toBe("ready");
      expect(record?.outbox).toBeUndefined();
      expect(events).toEqual([]);
      const [rendition] = record?.renditions ?? [];
      expect(row?.urls?.M?.[rendition?.name ?? ""]?.S).toBe(
        `https://renditions.s3.eu-central-1.amazonaws.com/${rendition?.key}`,
      );
    });
  });

  it("with a signing key reads it from its secret once, and publishes no permanent URL", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const SecretString = privateKey.export({ type: "pkcs8", format: "pem" });
    const secrets = await startStub(() => ({
      status: 200,
      body: JSON.stringify({ SecretString }),
      contentType: "application/json",
    }));
    const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing";
    const environment = {
      [VARIABLES.signingKeyPairId]: "K123",
      [VARIABLES.signingSecretArn]: arn,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AWS_SESSION_TOKEN: "session",
    };
    await setUps.runWithFunction(environment, async (lambda) => {
      const { row, events } = await setUps.upload(lambda, "signed.jpg");
      await setUps.upload(lambda, "signed-too.jpg");
      expect(row?.urls).toBeUndefined();
      expect(events).toMatchObject([
        { record: { renditions: [{ url: expect.stringMatching(/Key-Pair-Id=K123/) }, {}] } },
      ]);
    });
    expect(secrets.requests.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: arn }]);
    expect(secrets.requests).toMatchObject([{ headers: { "x-amz-security-token": "session" } }]);
    await secrets.close();
  });
});

describe("a request in the queue", () => {
  it("is settled like a change: processing and removal", async () => {
    await setUps.runWithFunction({}, async (lambda) => {
      const { record } = await setUps.upload(lambda, "asked.jpg");
      const { queue, records, originals } = setUps.cloud.adapters;
      const asked = incrementRevision(record?.version);
      await queue.send({ type: "process", key: "asked.jpg", version: asked });
      await setUps.settle(lambda);
      expect(await records.get(deriveImageId("asked.jpg"))).toMatchObject({
        status: "ready",
        version: asked,
      });
      await originals.delete("asked.jpg");
      const later = incrementRevision(asked);
      await queue.send({ type: "remove", key: "asked.jpg", version: later });
      await setUps.settle(lambda);
      expect((await records.get(deriveImageId("asked.jpg")))?.status).toBe("removed");
      expect(setUps.cloud.waiting()).toEqual([]);
    });
  });
});
