import type { PublishCommand } from "@aws-sdk/client-sns";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import { callService, type SdkCallOptions } from "../s3/sdk-errors.js";
import { toAsciiJson } from "./ascii-json.js";

/** The part of an `SNSClient` that an event publisher uses. */
export interface EventPublisherClient {
  send(command: PublishCommand, options?: SdkCallOptions): Promise<unknown>;
}

/**
 * Events on a topic of Amazon SNS: the event as JSON, with its `type` and `imageId` as attributes to filter by. On
 * a FIFO topic, the events of one image stay in order and repeats within five minutes are dropped.
 */
export class SnsEventPublisher implements EventPublisher {
  readonly #client: EventPublisherClient;
  readonly #topicArn: string;

  constructor({ client, topicArn }: { client: EventPublisherClient; topicArn: string }) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async publish(event: ImageEvent, { signal }: CallOptions = {}): Promise<void> {
    const { PublishCommand } = await import("@aws-sdk/client-sns");
    const command = new PublishCommand({
      TopicArn: this.#topicArn,
      Message: toAsciiJson(event),
      MessageAttributes: {
        type: { DataType: "String", StringValue: event.type },
        imageId: { DataType: "String", StringValue: event.imageId },
      },
      ...(this.#topicArn.endsWith(".fifo") && {
        MessageGroupId: event.imageId,
        MessageDeduplicationId: event.id,
      }),
    });
    await callService("SNS Publish", signal, (options) => this.#client.send(command, options));
  }
}
