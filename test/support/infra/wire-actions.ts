import { REGION } from "../cloud/clients.js";
import type { WireCall } from "./recording-gate.js";
import { ACCOUNT_ID } from "./template.js";

/** A permission that a role needs for a call. */
export interface NeededAction {
  readonly action: string;
  readonly resource: string;
}

/** The services of the local cloud, by what the SDK calls their endpoints. */
export type Service =
  | "S3"
  | "DYNAMODB"
  | "SQS"
  | "SNS"
  | "CLOUDFRONT"
  | "CLOUDFORMATION"
  | "LAMBDA"
  | "REKOGNITION"
  | "SECRETS_MANAGER";

/** The actions behind a request, read from the request itself. Throws for one that is not known here. */
export function readActions(service: Service, call: WireCall): readonly NeededAction[] {
  const actions = READERS[service](call);
  if (actions.length === 0)
    throw new Error(`no action is known for ${call.method} ${call.path} of ${service}; add it to its reader`);
  return actions;
}

const READERS: Readonly<Record<Service, (call: WireCall) => readonly NeededAction[]>> = {
  S3: readS3Actions,
  DYNAMODB: readDynamoActions,
  SQS: ({ headers, body }) => {
    // A batch needs what each of its messages needs.
    const name = String(headers["x-amz-target"])
      .split(".")
      .at(-1)
      ?.replace(/Batch$/, "");
    const queue = String(JSON.parse(body.toString()).QueueUrl).split("/").at(-1);
    // Lambda lets a message come again by leaving it alone; here its time is cut short.
    if (name === "ChangeMessageVisibility") return [{ action: "", resource: "" }];
    return [{ action: `sqs:${name}`, resource: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queue}` }];
  },
  SNS: ({ body }) => {
    const form = new URLSearchParams(body.toString());
    return [{ action: `sns:${form.get("Action")}`, resource: String(form.get("TopicArn")) }];
  },
  CLOUDFRONT: ({ method, path }) => {
    const [, id] = /^\/[\d-]+\/distribution\/(\w+)\/invalidation$/.exec(path) ?? [];
    if (method !== "POST" || id === undefined) return [];
    return [
      {
        action: "cloudfront:CreateInvalidation",
        resource: `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/${id}`,
      },
    ];
  },
  CLOUDFORMATION: ({ body }) => {
    const form = new URLSearchParams(body.toString());
    const arn = `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${form.get("StackName")}/id`;
    return [{ action: `cloudformation:${form.get("Action")}`, resource: arn }];
  },
  LAMBDA: ({ method, path }) => {
    const [, name] = /^\/2015-03-31\/functions\/([\w-]+)\/invocations$/.exec(path) ?? [];
    if (method !== "POST" || name === undefined) return [];
    return [
      {
        action: "lambda:InvokeFunction",
        resource: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`,
      },
    ];
  },
  REKOGNITION: ({ headers }) => [
    { action: `rekognition:${String(headers["x-amz-target"]).split(".").at(-1)}`, resource: "*" },
  ],
  SECRETS_MANAGER: ({ headers, body }) => [
    {
      action: `secretsmanager:${String(headers["x-amz-target"]).split(".").at(-1)}`,
      resource: String(JSON.parse(body.toString()).SecretId),
    },
  ],
};

function readS3Actions({ method, path, headers, body, status }: WireCall): readonly NeededAction[] {
  const url = new URL(path, "http://localhost");
  const [, bucket = "", ...rest] = url.pathname.split("/");
  const onBucket = `arn:aws:s3:::${bucket}`;
  const key = decodeURIComponent(rest.join("/"));
  const createKeyAction = (name: string, action: string) => ({
    action: `s3:${action}`,
    resource: `${onBucket}/${name}`,
  });
  const list = { action: "s3:ListBucket", resource: onBucket };
  if (method === "GET" && key === "" && url.searchParams.get("list-type") === "2") return [list];
  // Who may not list is told 403 instead of 404.
  if (method === "GET" || method === "HEAD")
    return [createKeyAction(key, "GetObject"), ...(status === 404 ? [list] : [])];
  if (method === "PUT" && key !== "" && !("x-amz-copy-source" in headers))
    return [createKeyAction(key, "PutObject")];
  if (method === "DELETE" && key !== "") return [createKeyAction(key, "DeleteObject")];
  if (method === "POST" && url.searchParams.has("delete"))
    return [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name]) =>
      createKeyAction(String(name), "DeleteObject"),
    );
  const [, posted] = /name="key"\r\n\r\n(.*?)\r\n/.exec(body.toString("latin1")) ?? [];
  // A form is judged by the rights of whoever signed it.
  if (method === "POST" && posted !== undefined) return [createKeyAction(posted, "PutObject")];
  return [];
}

function readDynamoActions({ headers, body }: WireCall): readonly NeededAction[] {
  const name = String(headers["x-amz-target"]).split(".").at(-1);
  const input = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
  const formatTableArn = (of: unknown) => `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${of}`;
  const tables = input.TableName === undefined ? Object.keys(input.RequestItems ?? {}) : [input.TableName];
  const index = input.IndexName === undefined ? "" : `/index/${input.IndexName}`;
  return tables.map((one) => ({ action: `dynamodb:${name}`, resource: `${formatTableArn(one)}${index}` }));
}
