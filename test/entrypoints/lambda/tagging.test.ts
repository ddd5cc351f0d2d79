import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { startStub } from "../../support/cloud/http-stub.js";
import { startRekognition } from "../../support/cloud/rekognition.js";
import { type SetUps, startSetUps } from "../../support/lambda/set-ups.js";

let setUps: SetUps;

beforeAll(async () => {
  setUps = await startSetUps();
});

afterAll(() => setUps.close());

describe("tagging by Rekognition", () => {
  it("is turned on by the configuration, and its labels are in the record", async () => {
    const rekognition = await startRekognition();
    const config = await setUps.configuredBy("tags.json", {
      tagging: { provider: "rekognition", minConfidence: 80 },
    });
    const environment = { ...config, AWS_ENDPOINT_URL_REKOGNITION: rekognition.endpoint };
    await setUps.runWithFunction(environment, async (lambda) => {
      const { record, events } = await setUps.upload(lambda, "tagged.jpg");
      expect(record).toMatchObject({ status: "ready", tags: ["Animal", "Cat"] });
      expect(events).toMatchObject([{ type: "ImageReady", record: { tags: ["Animal", "Cat"] } }]);
      expect(rekognition.requests.map(({ headers }) => headers["x-amz-target"])).toEqual([
        "RekognitionService.DetectLabels",
      ]);
      const { items } = await setUps.cloud.adapters.records.list({ limit: 10, tag: "Cat" });
      expect(items.map(({ key }) => key)).toEqual(["tagged.jpg"]);
    });
    await rekognition.close();
  });

  it("rejects an image in which moderation finds something", async () => {
    const rekognition = await startRekognition();
    const config = await setUps.configuredBy("held.json", {
      tagging: { provider: "rekognition", moderation: true },
    });
    const environment = { ...config, AWS_ENDPOINT_URL_REKOGNITION: rekognition.endpoint };
    await setUps.runWithFunction(environment, async (lambda) => {
      const { record, events } = await setUps.upload(lambda, "held.jpg");
      expect(record).toMatchObject({
        status: "rejected",
        failure: { code: "forbidden", message: expect.stringContaining("Weapons") },
        renditions: [],
      });
      expect(events.map(({ type }) => type)).toEqual(["ImageRejected"]);
      expect((await setUps.cloud.adapters.renditions.list(`${deriveImageId("held.jpg")}/`)).items).toEqual(
        [],
      );
      expect(lambda.metric("Rejected", { code: "forbidden" })).toEqual([1]);
    });
    await rekognition.close();
  });

  it("lets images become ready while it is down, counts that, and asks for them to be judged in a minute", async () => {
    const down = await startStub(() => ({ status: 500, body: "{}", contentType: "application/json" }));
    const config = await setUps.configuredBy("down.json", {
      tagging: { provider: "rekognition", moderation: true },
    });
    const environment = {
      ...config,
      AWS_ENDPOINT_URL_REKOGNITION: down.endpoint,
      SAFELIGHT_TAGGING_QUEUE_URL: setUps.cloud.taggingQueueUrl,
    };
    await setUps.runWithFunction(environment, async (lambda) => {
      const { record } = await setUps.upload(lambda, "untagged.jpg");
      expect(record).toMatchObject({ status: "ready", tags: [] });
      // One for labels and one for moderation: a function does not wait to try again.
      expect(down.requests).toHaveLength(2);
      expect(lambda.logs().map(({ message }) => message)).toContain("tagging failed");
      expect(lambda.metric("TaggingFailed")).toEqual([1]);
      // Not handed out yet, and in the queue of those that are tagged later alone.
      expect(setUps.cloud.waiting()).toEqual([]);
      expect(setUps.cloud.taggedLater()).toEqual([
        expect.stringMatching(/^\{"request":\{"type":"process","key":"untagged.jpg"/),
      ]);
    });
    await down.close();
  });
});
