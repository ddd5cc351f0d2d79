import type { WireCall } from "./recording-gate.js";
import type { Service } from "./wire-actions.js";

/** The command of the SDK behind a request, such as `client-sqs SendMessageCommand`; `undefined` where none is. */
export function readCommand(service: Service, call: WireCall): string | undefined {
  const operation = READERS[service](call);
  return operation === undefined ? undefined : `client-${service.toLowerCase()} ${operation}Command`;
}

const readTarget = ({ headers }: WireCall) => String(headers["x-amz-target"]).split(".").at(-1);

const READERS: Readonly<Record<Service, (call: WireCall) => string | undefined>> = {
  S3: readS3Operation,
  DYNAMODB: readTarget,
  SQS: readTarget,
  REKOGNITION: readTarget,
  SNS: ({ body }) => new URLSearchParams(body.toString()).get("Action") ?? undefined,
  CLOUDFORMATION: ({ body }) => new URLSearchParams(body.toString()).get("Action") ?? undefined,
  CLOUDFRONT: ({ path }) => (path.endsWith("/invalidation") ? "CreateInvalidation" : undefined),
  // Signed by hand: no command of the SDK is behind it.
  SECRETS_MANAGER: () => undefined,
  LAMBDA: () => undefined,
};

/** The SDK names most operations itself, in `x-id`. What has none and is none of these is a form that a browser sends. */
function readS3Operation({ method, path }: WireCall): string | undefined {
  const { searchParams } = new URL(path, "http://localhost");
  const named = searchParams.get("x-id");
  if (named !== null) return named;
  if (method === "HEAD") return "HeadObject";
  if (searchParams.get("list-type") === "2") return "ListObjectsV2";
  return searchParams.has("delete") ? "DeleteObjects" : undefined;
}
