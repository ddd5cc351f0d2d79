import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { FunctionName } from "../../infra/parts/function-files.js";
import type { ApiProps } from "../../infra/props/api-props.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import { SAFELIGHT_VERSION } from "../../src/domain/model/release.js";
import { sendTicket } from "../support/cloud/send-ticket.js";
import { drawTestImage } from "../support/images.js";
import { createUnderOwnKeys } from "../support/infra/brought-under-keys.js";
import {
  type Excused,
  findUnplayedCommands,
  listBundledCommands,
} from "../support/infra/bundled-commands.js";
import { CASES } from "../support/infra/cases.js";
import type { GatedFunction } from "../support/infra/gated-function.js";
import { addKeyUse } from "../support/infra/key-use.js";
import { callApi } from "../support/infra/local-api.js";
import { deployLocally, type LocalDeployment } from "../support/infra/local-deployment.js";
import { findNotified, isNotified, settleAll } from "../support/infra/local-trigger.js";
import {
  createMutants,
  findPrivilegeFaults,
  type Observed,
  type Unbounded,
  type Unseen,
} from "../support/infra/privileges.js";
import { redriveByRunbook } from "../support/infra/runbook-redrive.js";
import { readActions } from "../support/infra/wire-actions.js";
import { takeSample } from "../support/sample.js";

const OWNED = { uploads: { owner: "key" } } as const;

/** The deployments that are run: each with everything that roles can hold. */
const DEPLOYMENTS = {
  "a queue": () => ({
    tagging: { moderation: true },
    configuration: OWNED,
    reconcile: { schedule: "rate(1 day)" },
  }),
  "the function itself": (publicKey: string) => (stack: Parameters<typeof CASES.customized>[0]) => {
    const { configuration, ...props } = CASES.customized(stack);
    const { signedUrls } = props.cdn || {};
    const cdn = { ...props.cdn, ...(signedUrls && { signedUrls: { ...signedUrls, publicKey } }) };
    const { authorization } = props.api || {};
    // Whoever calls sees the images of everybody: those that come through the bucket have no owner.
    const api = { ...props.api, authorization: { ...authorization, boundToOwner: false } };
    const more = { configuration: { ...Object(configuration), ...OWNED }, cdn, tracing: true };
    return { ...props, ...createUnderOwnKeys(stack), ...more, api: api as ApiProps };
  },
};

const AGENTS = "sent by Lambda's own agents, which do not run here";

const UNSEEN: readonly Unseen[] = [
  ...["invalidate", "process", "read", "write"].flatMap((role) =>
    ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"].map(
      (action) => ({ role, action, because: AGENTS }),
    ),
  ),
  ...["invalidate", "process"].map((role) => ({
    role,
    action: "sqs:GetQueueAttributes",
    because: "asked by Lambda itself, which insists on it",
  })),
];

const UNBOUNDED: readonly Unbounded[] = [
  { action: "xray:PutTraceSegments", because: "X-Ray has no resources for segments" },
  { action: "xray:PutTelemetryRecords", because: "X-Ray has no resources for telemetry" },
  { action: "rekognition:DetectLabels", because: "a picture that is sent along is no resource" },
  { action: "rekognition:DetectModerationLabels", because: "a picture that is sent along is no resource" },
];

const OWN = "the SDK's own: for directory buckets and for endpoint discovery, neither of which is used";
const TAKING = "Lambda itself takes what is in the queue; its adapter is one class";

const EXCUSED: readonly Excused[] = [
  { name: "process", commands: ["client-s3 CreateSessionCommand"], because: OWN },
  { name: "process", commands: ["client-dynamodb DescribeEndpointsCommand"], because: OWN },
  { name: "process", commands: listTakingCommands(), because: TAKING },
  {
    name: "process",
    commands: ["client-dynamodb BatchGetItemCommand", "client-dynamodb QueryCommand"],
    because: "only the API lists records; their repository is one class",
  },
  {
    name: "process",
    commands: ["client-sqs GetQueueAttributesCommand"],
    because: "only read tells how much waits; the queue is one class",
  },
  {
    name: "process",
    commands: ["client-dynamodb DeleteItemCommand", "client-dynamodb ScanCommand"],
    because: "only who compares all images scans and purges records, and that is no function",
  },
  { name: "read", commands: ["client-dynamodb DescribeEndpointsCommand"], because: OWN },
  {
    name: "read",
    commands: ["BatchWriteItem", "DeleteItem", "PutItem", "Scan"].map(
      (name) => `client-dynamodb ${name}Command`,
    ),
    because: "it changes no record and compares none; their repository is one class",
  },
  {
    name: "read",
    commands: [...listTakingCommands(), "client-sqs SendMessageCommand"],
    because: "it tells how much waits, and changes nothing in a queue, which is one class",
  },
  { name: "write", commands: ["client-s3 CreateSessionCommand"], because: OWN },
  { name: "write", commands: ["client-dynamodb DescribeEndpointsCommand"], because: OWN },
  { name: "write", commands: listTakingCommands(), because: TAKING },
  {
    name: "write",
    commands: ["client-sqs GetQueueAttributesCommand"],
    because: "only read tells how much waits; the queue is one class",
  },
  {
    name: "write",
    commands: ["GetObject", "ListObjectsV2", "DeleteObjects"].map((name) => `client-s3 ${name}Command`),
    because: "it reads no bytes, and cleaning up is left to process; the blob store is one class",
  },
  {
    name: "write",
    commands: ["client-dynamodb DeleteItemCommand", "client-dynamodb ScanCommand"],
    because: "only who compares all images scans and purges records, and that is no function",
  },
];

/** Everything that was seen, in all deployments together. */
const played: { bundled: Record<string, ReadonlySet<string>>; sent: Record<string, ReadonlySet<string>> } = {
  bundled: {},
  sent: {},
};

/** Each is played for half a minute: an ordinary run has one a day. */
const DEPLOYED = takeSample(Object.entries(DEPLOYMENTS), 2);

describe.each(DEPLOYED)("a deployment whose bucket notifies %s", (to, props) => {
  let deployment: LocalDeployment;
  let [photo, other]: Uint8Array[] = [];

  beforeAll(async () => {
    deployment = await deployLocally(props);
    photo = await drawTestImage({ width: 160, height: 120 });
    other = await drawTestImage({ width: 120, height: 160 });
  });

  afterAll(() => deployment?.close());

  const upload = (Key: string, Body: Uint8Array | undefined) =>
    deployment.cloud.clients.s3.send(
      new PutObjectCommand({ Bucket: deployment.cloud.options.originals, Key, Body }),
    );
  const record = (key: string) => deployment.cloud.adapters.records.get(deriveImageId(key));
  const settle = () => settleAll(deployment);
  const call = (method: string, path: string, more: Partial<Parameters<typeof callApi>[1]> = {}) =>
    callApi(deployment, { method, path, ...more });
  const toJsonRequest = (value: unknown) => ({
    body: JSON.stringify(value),
    headers: { "content-type": "application/json", prefer: "wait=0" },
  });

  it("is notified of everything that changes an original", () => {
    for (const name of ["ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:CompleteMultipartUpload"])
      expect(isNotified(findNotified(deployment), name)).toBe(true);
    for (const name of [
      "ObjectRemoved:Delete",
      "ObjectRemoved:DeleteMarkerCreated",
      "LifecycleExpiration:Delete",
    ])
      expect(isNotified(findNotified(deployment), name)).toBe(true);
    expect(isNotified(findNotified(deployment), "ObjectTagging:Put")).toBe(false);
  });

  it("settles an upload, its replacement, and an upload that is no image", async () => {
    await upload("cat.jpg", photo);
    await settle();
    expect(await record("cat.jpg")).toMatchObject({ status: "ready", tags: expect.arrayContaining(["Cat"]) });
    await upload("cat.jpg", other);
    await upload("text.jpg", Buffer.from("this is a text and long enough to be taken for an image"));
    await settle();
    expect((await record("cat.jpg"))?.source?.width).toBe(120);
    expect(await record("text.jpg")).toMatchObject({ status: "rejected" });
    expect(deployment.cloud.events().map(({ type }) => type)).toContain("ImageRejected");
    expect(deployment.cloud.cdn.paths().flat()).not.toEqual([]);
  });

  it("tags later what Rekognition refuses now", async () => {
    const { cloud, rekognition } = deployment;
    rekognition.fail("ThrottlingException");
    await upload("busy.jpg", photo);
    await settle();
    expect(await record("busy.jpg")).toMatchObject({ status: "ready", tags: [] });
    rekognition.fail();
    // A minute later.
    for (const MessageBody of cloud.taggedLater())
      await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: cloud.taggingQueueUrl, MessageBody }));
    await settle();
    expect(await record("busy.jpg")).toMatchObject({ tags: expect.arrayContaining(["Cat"]) });
  });

  it("accepts uploads through the API, by their bytes and by ticket", async () => {
    const posted = await call("POST", "/images", { body: photo, headers: { "content-type": "image/jpeg" } });
    expect(posted.statusCode).toBe(202);
    const asked = await call(
      "POST",
      "/uploads",
      toJsonRequest({ contentType: "image/jpeg", bytes: photo?.length }),
    );
    expect(asked.statusCode).toBe(200);
    const ticket = JSON.parse(asked.body);
    expect(await sendTicket(ticket, photo ?? new Uint8Array())).toBe(true);
    await settle();
    for (const { key } of [JSON.parse(posted.body), ticket])
      expect(await record(key)).toMatchObject({ status: "ready" });
  });

  it("serves one image, a listing, and a rendition", async () => {
    const id = deriveImageId("cat.jpg");
    const one = await call("GET", `/images/${id}`);
    expect(JSON.parse(one.body)).toMatchObject({ imageId: id, status: "ready" });
    for (const query of ["", "status=ready", "tag=Cat"]) {
      const { items } = JSON.parse((await call("GET", "/images", { query })).body);
      expect(items.map(({ imageId }: { imageId: string }) => imageId)).toContain(id);
    }
    const name = JSON.parse(one.body).renditions[0].name;
    const { statusCode, headers } = await call("GET", `/images/${id}/${name}`);
    expect([statusCode, headers.location]).toEqual([
      302,
      expect.stringMatching(/^https:\/\/images\.example/),
    ]);
    expect((await call("GET", "/health")).statusCode).toBe(200);
  });

  it("tells how much waits where all of it is in queues, and no engine, since the API renders nothing", async () => {
    const { queue, version } = JSON.parse((await call("GET", "/status")).body);
    // What waits is the request to tag busy.jpg later, which is not due yet.
    expect(queue).toEqual(to === "a queue" ? { waiting: 1, inFlight: 0 } : undefined);
    expect(version).toEqual({ safelight: SAFELIGHT_VERSION });
  });

  it("processes an original on request, and answers 404 for a key without one", async () => {
    expect((await call("POST", "/process", toJsonRequest({ key: "cat.jpg", force: true }))).statusCode).toBe(
      202,
    );
    await settle();
    expect(await record("cat.jpg")).toMatchObject({ version: { revision: 1 } });
    expect((await call("POST", "/process", toJsonRequest({ key: "nowhere.jpg" }))).statusCode).toBe(404);
  });

  it("processes an image again whose request was settled under the configuration of an earlier deployment", async () => {
    const { records, queue } = deployment.cloud.adapters;
    const done = await record("cat.jpg");
    if (done?.status !== "ready") throw new Error("expected an image that is ready");
    const earlier = { ...done, edition: done.edition + 1, configuration: "earlier" };
    await records.commit(earlier, { replacing: done });
    await queue.send({ type: "process", key: "cat.jpg", version: done.version });
    await settle();
    expect(deployment.cloud.dead()).toEqual([]);
    expect(await record("cat.jpg")).toMatchObject({
      status: "ready",
      configuration: done.configuration,
      version: { revision: done.version.revision + 1 },
    });
  });

  it("stores and publishes an edit, and leaves crops and the outbox to the process function", async () => {
    const { records } = deployment.cloud.adapters;
    const listEventTypes = () => deployment.cloud.events().map(({ type }) => type);
    const edit = (what: object) => call("PATCH", `/images/${deriveImageId("cat.jpg")}`, toJsonRequest(what));
    const before = listEventTypes().length;
    expect((await edit({ alt: "A cat" })).statusCode).toBe(200);
    expect(listEventTypes().slice(before)).toEqual(["ImageEdited"]);
    expect(await record("cat.jpg")).not.toHaveProperty("outbox");
    expect((await edit({ focalPoint: { x: 0, y: 0 } })).statusCode).toBe(200);
    await settle();
    const left = await record("cat.jpg");
    if (left?.status !== "ready") throw new Error("expected an image that is ready");
    const invalidations = left.renditions.map(({ key }) => key);
    const unfinished = { ...left, edition: left.edition + 1, outbox: { invalidations, events: [] } };
    await records.commit(unfinished, { replacing: left });
    expect((await edit({ title: "Cat" })).statusCode).toBe(200);
    await settle();
    expect(await record("cat.jpg")).toMatchObject({ alt: "A cat", title: "Cat", focalPoint: { x: 0, y: 0 } });
    expect(await record("cat.jpg")).not.toHaveProperty("outbox");
    expect(
      listEventTypes()
        .slice(before)
        .filter((type) => type === "ImageEdited"),
    ).toHaveLength(3);
    for (const key of invalidations) expect(deployment.cloud.cdn.isInvalidated(key)).toBe(true);
    expect((await call("PATCH", `/images/${"a".repeat(22)}`, toJsonRequest({ alt: "" }))).statusCode).toBe(
      404,
    );
  });

  it("removes on request, and an original that is gone before it was read", async () => {
    expect((await call("DELETE", `/images/${deriveImageId("cat.jpg")}`)).statusCode).toBe(202);
    await settle();
    expect(await record("cat.jpg")).toMatchObject({ status: "removed" });
    await upload("gone.jpg", photo);
    const { clients, options } = deployment.cloud;
    await clients.s3.send(new DeleteObjectCommand({ Bucket: options.originals, Key: "gone.jpg" }));
    await settle();
    expect((await record("gone.jpg"))?.status ?? "removed").toBe("removed");
  });

  it("keeps an image complete whose removal failed, and removes it when asked again", async () => {
    await upload("half.jpg", photo);
    await settle();
    const gate = deployment.functions.write.getGate("S3");
    gate.refuse(({ method }) => method === "DELETE");
    expect((await call("DELETE", `/images/${deriveImageId("half.jpg")}`)).statusCode).toBe(503);
    gate.refuse();
    await settle();
    expect(await record("half.jpg")).toMatchObject({ status: "ready" });
    expect((await call("DELETE", `/images/${deriveImageId("half.jpg")}`)).statusCode).toBe(202);
    await settle();
    expect(await record("half.jpg")).toMatchObject({ status: "removed" });
    await expect(deployment.cloud.adapters.originals.head("half.jpg")).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("removes all images of one owner on request, and no other's", async () => {
    const keys = ["anna/1.jpg", "anna/2.jpg", "ben/1.jpg"];
    for (const key of keys) await upload(key, photo);
    await settle();
    const erase = async () => {
      const { statusCode, body } = await call("DELETE", "/owners/anna/images");
      return [statusCode, JSON.parse(body)];
    };
    expect(await erase()).toEqual([202, { requested: 2, done: false }]);
    await settle();
    expect(await erase()).toEqual([202, { requested: 0, done: true }]);
    const statuses = await Promise.all(keys.map(async (key) => (await record(key))?.status));
    expect(statuses).toEqual(["removed", "removed", "ready"]);
  });

  it("leaves a change that it cannot settle in the dead-letter queue, and settles it after a redrive", async () => {
    const { cloud, functions } = deployment;
    const gate = functions.process.getGate("S3");
    gate.refuse(({ method, path }) => method === "GET" && path.includes("/unlucky.jpg"));
    await upload("unlucky.jpg", photo);
    await settle();
    expect(await record("unlucky.jpg")).toBeUndefined();
    expect(cloud.dead()).toHaveLength(1);
    gate.refuse();
    const queues = { from: cloud.deadUrl, to: cloud.options.queueUrl };
    expect(await redriveByRunbook(cloud.endpoints.sqs, queues)).toBe("1 dead letters were sent back");
    await settle();
    expect(await record("unlucky.jpg")).toMatchObject({ status: "ready" });
  });

  it("starts reconciling by the function for it unless a run is under way, and has no such route without it", async () => {
    const { pipeline, cloud, listInvocations } = deployment;
    const { capabilities } = JSON.parse((await call("GET", "/status")).body);
    const start = async () => {
      const { statusCode, body } = await call("POST", "/reconcile");
      return [statusCode, JSON.parse(body)];
    };
    expect(capabilities.startReconcile).toBe(pipeline.functions.reconcile !== undefined);
    if (!pipeline.functions.reconcile) {
      await expect(start()).rejects.toThrow("the API has no route for POST /reconcile");
      return;
    }
    expect(await start()).toEqual([202, { started: true }]);
    expect(listInvocations()).toEqual([{ name: "reconcile", payload: { startedBy: "api" } }]);
    await cloud.adapters.statuses.put("reconcile", {
      at: new Date().toISOString(),
      startedAt: new Date().toISOString(),
      startedBy: "api",
      state: "running",
      listed: 0,
      looked: 0,
      images: 0,
      findings: {},
      outcomes: {},
    });
    expect(await start()).toEqual([202, { started: false }]);
    expect(listInvocations()).toHaveLength(1);
  });

  describe("and the roles of its functions", () => {
    const lists = { unseen: UNSEEN, unbounded: UNBOUNDED };
    let observed: Observed;

    beforeAll(() => {
      observed = observe(deployment);
      for (const [name, lambda] of Object.entries(deployment.functions) as [FunctionName, GatedFunction][]) {
        played.bundled[name] = listBundledCommands(deployment.readMetafiles(name), name);
        played.sent[name] = new Set([...(played.sent[name] ?? []), ...lambda.sent()]);
      }
    });

    it("allow each observed action on exactly its resource, and nothing else", () => {
      for (const role of ["invalidate", "process", "read", "write"])
        expect(observed.needed[role]).not.toEqual([]);
      expect(findPrivilegeFaults(observed, lists)).toEqual([]);
    });

    it("would be found too narrow without any one statement, and too wide with any further star", () => {
      const all = createMutants(observed);
      expect(all.length).toBeGreaterThan(60);
      const unnoticed = all.filter(
        ({ roles }) => findPrivilegeFaults({ ...observed, roles }, lists).length === 0,
      );
      expect(unnoticed.map(({ name }) => name)).toEqual([]);
    });
  });
});

// A command may be sent in either deployment, so only both together tell.
if (DEPLOYED.length === Object.keys(DEPLOYMENTS).length)
  describe("the commands of the SDK that the functions have", () => {
    it("are each sent in a scenario, or excused with a reason", () => {
      expect(findUnplayedCommands(played, EXCUSED)).toEqual([]);
    });
  });

function listTakingCommands(): readonly string[] {
  const operations = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"];
  return operations.map((name) => `client-sqs ${name}Command`);
}

function observe(deployment: LocalDeployment): Observed {
  const { functions, lambdaItself } = deployment;
  const { invalidate, process, read, write } = functions;
  const byLambda = lambdaItself.gate.calls().flatMap((call) => readActions("SQS", call));
  const forInvalidate = byLambda.filter(({ resource }) => resource.endsWith(":invalidations"));
  const needed = {
    invalidate: [...invalidate.needed(), ...forInvalidate],
    process: [...process.needed(), ...byLambda.filter((call) => !forInvalidate.includes(call))],
    read: read.needed(),
    write: write.needed(),
  };
  return {
    roles: {
      invalidate: invalidate.statements,
      process: process.statements,
      read: read.statements,
      write: write.statements,
    },
    needed: Object.fromEntries(
      Object.entries(needed).map(([role, calls]) => [role, addKeyUse(deployment, calls)]),
    ),
  };
}
