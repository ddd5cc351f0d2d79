import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { ImageEventType } from "../../src/domain/model/image-record.js";

/** Properties of the events. */
export interface NotificationsProps {
  /**
   * A topic of your own.
   *
   * @default - a topic is created
   */
  readonly topic?: ITopic;
}

/** A subscriber that SNS posts events to. */
export interface WebhookProps {
  /** Where events are posted to: https, without credentials or a fragment. */
  readonly url: string;
  /**
   * The types of events to post.
   *
   * @default - all
   */
  readonly types?: readonly ImageEventType[];
  /**
   * Whether the event comes in an envelope that SNS signs. Otherwise the body is the event alone and nothing is signed, so
   * the URL must be one that nobody can guess.
   *
   * @default false
   */
  readonly envelope?: boolean;
}
