import { computeShortDigest } from "../../domain/model/digest.js";
import type { ReconcileReport } from "../../domain/model/reconcile-report.js";
import type { CallOptions } from "../../ports/call-options.js";
import { callService } from "../s3/sdk-errors.js";
import { toAsciiJson } from "./ascii-json.js";
import { createClients } from "./clients.js";
import type { EventPublisherClient } from "./event-publisher.js";
import type { TraceCall } from "./trace-calls.js";

/** The end of a scheduled run of reconciling, as subscribers of the topic of events read it. */
export interface ReconcileFinished {
  readonly type: "ReconcileFinished";
  /** The same for every repeat. */
  readonly id: string;
  /** When the run ended, ISO 8601 in UTC. */
  readonly time: string;
  readonly report: ReconcileReport;
}

/**
 * Publishes the end of a run on a topic of Amazon SNS, as JSON beside the events of images; its attribute `type` tells it from
 * them.
 */
export async function publishReport(
  report: ReconcileReport,
  {
    client,
    topicArn,
    signal,
  }: CallOptions & { readonly client: EventPublisherClient; readonly topicArn: string },
): Promise<void> {
  const { PublishCommand } = await import("@aws-sdk/client-sns");
  const event: ReconcileFinished = {
    type: "ReconcileFinished",
    id: computeShortDigest(`reconcile/${report.startedAt}`),
    time: report.at,
    report,
  };
  const command = new PublishCommand({
    TopicArn: topicArn,
    Message: toAsciiJson(event),
    MessageAttributes: { type: { DataType: "String", StringValue: event.type } },
    ...(topicArn.endsWith(".fifo") && { MessageGroupId: "reconcile", MessageDeduplicationId: event.id }),
  });
  await callService("SNS Publish", signal, (options) => client.send(command, options));
}

/** The client of the topic, as the SDK makes it from its environment; it is loaded with the first message. */
export function createTopicClient(traceCall?: TraceCall): EventPublisherClient {
  return createClients({ traceCall }).sns;
}
