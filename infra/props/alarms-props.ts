import type { ITopic } from "aws-cdk-lib/aws-sns";

/** The recipients of alarms. */
export interface AlarmsProps {
  /**
   * A topic of your own, which CloudWatch may publish to, and whose key it may use if the topic is under one.
   *
   * @default - a topic is created if there are `emails`
   */
  readonly topic?: ITopic;
  /**
   * Email addresses to subscribe to the topic; each has to confirm once.
   *
   * @default - none
   */
  readonly emails?: readonly string[];
}
