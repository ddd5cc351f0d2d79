/** One entry of a bucket's notifications, in the words of S3's API. */
interface Notification {
  readonly Events: readonly string[];
  readonly QueueArn?: string;
  readonly TopicArn?: string;
  readonly LambdaFunctionArn?: string;
  readonly Filter?: { readonly Key: { readonly FilterRules: readonly { Name: string; Value: string }[] } };
}

const KINDS = ["QueueConfigurations", "TopicConfigurations", "LambdaFunctionConfigurations"] as const;

/** The notifications of a bucket. */
export type NotificationConfiguration = Partial<
  Readonly<Record<(typeof KINDS)[number], readonly Notification[]>> & {
    readonly EventBridgeConfiguration: object;
  }
>;

/** A bucket that takes notifications by S3's rules. `destinations` are the ARNs of what exists. */
export function createNotifyingBucket(destinations: Iterable<string>) {
  const existing = new Set(destinations);
  let current: NotificationConfiguration = {};
  const put = (wanted: NotificationConfiguration): void => {
    const all = KINDS.flatMap((kind) => wanted[kind] ?? []);
    for (const [index, one] of all.entries())
      if (all.slice(index + 1).some((other) => isOverlapping(one, other)))
        throw new Error(
          "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        );
    if (!all.every((one) => existing.has(readDestination(one))))
      throw new Error("Unable to validate the following destination configurations");
    current = wanted;
  };
  return {
    /** `PutBucketNotificationConfiguration`. */
    put,
    /** A destination that goes; S3 is not told. */
    drop: (destination: string) => existing.delete(destination),
    add: (destination: string) => existing.add(destination),
    /** As CDK's handler does for a bucket that it does not make: what is there stays, and what is wanted comes beside it. */
    merge(wanted: NotificationConfiguration): void {
      const both = KINDS.map((kind) => [kind, [...(current[kind] ?? []), ...(wanted[kind] ?? [])]]);
      const { EventBridgeConfiguration } = { ...current, ...wanted };
      put({ ...Object.fromEntries(both), ...(EventBridgeConfiguration && { EventBridgeConfiguration }) });
    },
    get: (): NotificationConfiguration => current,
  };
}

const readDestination = (one: Notification) => one.QueueArn ?? one.TopicArn ?? one.LambdaFunctionArn ?? "";

function isOverlapping(one: Notification, other: Notification): boolean {
  const [first, second] = [readFilter(one), readFilter(other)];
  return (
    one.Events.some((event) => other.Events.some((against) => shareEvents(event, against))) &&
    (first.prefix.startsWith(second.prefix) || second.prefix.startsWith(first.prefix)) &&
    (first.suffix.endsWith(second.suffix) || second.suffix.endsWith(first.suffix))
  );
}

function shareEvents(one: string, other: string): boolean {
  const [[family, kind], [otherFamily, otherKind]] = [splitEvent(one), splitEvent(other)];
  return family === otherFamily && (kind === otherKind || kind === "*" || otherKind === "*");
}

const splitEvent = (event: string) => event.replace(/^s3:/, "").split(":");

function readFilter({ Filter }: Notification): { readonly prefix: string; readonly suffix: string } {
  const find = (name: string) =>
    Filter?.Key.FilterRules.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? "";
  return { prefix: find("prefix"), suffix: find("suffix") };
}
