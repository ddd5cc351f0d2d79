import type { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, it } from "@jest/globals";
import { SnsEventPublisher } from "../../../src/adapters/aws/event-publisher.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { originalKey } from "../../../src/domain/model/original-key.js";
import { PENDING_VERSION } from "../../../src/domain/model/version.js";

function createEvent(key: string, id: string): ImageEvent {
  const version = PENDING_VERSION;
  const time = "2026-02-03T04:05:06.000Z";
  return { id, type: "ImageRemoved", imageId: deriveImageId(key), key: originalKey(key), version, time };
}

const EVENTS = [createEvent("a.jpg", "first"), createEvent("a.jpg", "second"), createEvent("b.jpg", "third")];

/** The requests that reach a topic. */
async function listPublished(topicArn: string) {
  const sent: PublishCommand["input"][] = [];
  const client = { send: async ({ input }: PublishCommand) => void sent.push(input) };
  const publisher = new SnsEventPublisher({ client, topicArn });
  for (const event of EVENTS) await publisher.publish(event);
  return sent;
}

describe("events on", () => {
  it("a FIFO topic keep the order of one image, and repeats are known by their id", async () => {
    const sent = await listPublished("arn:aws:sns:eu-central-1:000000000000:images.fifo");
    expect(sent.map(({ MessageGroupId }) => MessageGroupId)).toEqual(EVENTS.map(({ imageId }) => imageId));
    expect(sent.map(({ MessageDeduplicationId }) => MessageDeduplicationId)).toEqual([
      "first",
      "second",
      "third",
    ]);
  });

  it("an ordinary topic name no group, which it would refuse", async () => {
    for (const input of await listPublished("arn:aws:sns:eu-central-1:000000000000:images")) {
      expect(input).not.toHaveProperty("MessageGroupId");
      expect(input).not.toHaveProperty("MessageDeduplicationId");
      expect(input.MessageAttributes?.type?.StringValue).toBe("ImageRemoved");
    }
  });
});
