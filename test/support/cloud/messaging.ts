import { startFauxqs } from "fauxqs";
import { REGION } from "./clients.js";

/** Starts what the tests take for SQS and SNS, on a free port of this machine. */
export async function startMessaging() {
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: REGION });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    /** Makes a queue whose messages go to a dead-letter queue after `maxAttempts`; resolves to the URLs of both. */
    createQueue(name: string, { maxAttempts = 5 } = {}) {
      const dead = server.createQueue(`${name}-dead`, { region: REGION });
      const redrive = { deadLetterTargetArn: dead.queueArn, maxReceiveCount: String(maxAttempts) };
      const queue = server.createQueue(name, {
        region: REGION,
        attributes: { RedrivePolicy: JSON.stringify(redrive) },
      });
      return { url: queue.queueUrl, deadUrl: dead.queueUrl };
    },
    /** Makes a queue without a dead-letter queue; returns its URL. */
    createPlainQueue: (name: string): string => server.createQueue(name, { region: REGION }).queueUrl,
    /** Makes a topic; what is published arrives in the queue of that name. */
    createTopic(name: string, queue: string): string {
      const { topicArn } = server.createTopic(name, { region: REGION });
      server.subscribe({ topic: name, queue, region: REGION });
      return topicArn;
    },
    /** The bodies of everything that waits in a queue, oldest first; taking a look changes nothing. */
    bodiesIn: (name: string): readonly string[] =>
      (server.inspectQueue(name)?.messages.ready ?? []).map(({ body }) => body),
    /** The bodies of everything in a queue that is not due yet. */
    bodiesDelayedIn: (name: string): readonly string[] =>
      (server.inspectQueue(name)?.messages.delayed ?? []).map(({ body }) => body),
    close: () => server.stop(),
  };
}

/** The messaging services as their starter has them. */
export type Messaging = Awaited<ReturnType<typeof startMessaging>>;
