import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { RecordsClient } from "../../../src/adapters/aws/dynamo-client.js";
import { DynamoMetadataRepository } from "../../../src/adapters/aws/metadata-repository.js";
import { marshalItem } from "../../../src/adapters/aws/record-item.js";
import { deriveEntries, SCHEMA_VERSION } from "../../../src/adapters/aws/records-layout.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";
import {
  createRecord,
  createReplaced,
  createTime,
  createVersion,
} from "../../../src/ports/contracts/metadata-repository/records.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { createTable, type Dynamo, startDynamo } from "../../support/cloud/dynamo.js";

interface Sent {
  readonly name: string;
  /** Rows that the answer brought. */
  readonly rows: number;
}

let dynamo: Dynamo;
let client: DynamoDBClient;
let table: string;
let sent: Sent[];
let records: DynamoMetadataRepository;
let tables = 0;

beforeAll(async () => {
  dynamo = await startDynamo();
  client = new DynamoDBClient(createClientOptions(dynamo.endpoint));
});

afterAll(async () => {
  client.destroy();
  await dynamo.close();
});

beforeEach(async () => {
  tables += 1;
  table = `records-${tables}`;
  await createTable(client, table);
  sent = [];
  records = new DynamoMetadataRepository({
    client: createNotingClient(async (command) => client.send(command)),
    table,
  });
});

/** A client that notes what was sent and how much came back. */
function createNotingClient(send: (command: PutItemCommand) => Promise<unknown>): RecordsClient {
  const sendAndNote = async (command: PutItemCommand) => {
    const answer = (await send(command)) as { Items?: unknown[]; Responses?: Record<string, unknown[]> };
    const rows = answer.Items ?? Object.values(answer.Responses ?? {}).flat();
    sent.push({ name: command.constructor.name, rows: rows.length });
    return answer;
  };
  return { send: sendAndNote } as RecordsClient;
}

async function commitAll(some: readonly ImageRecord[]): Promise<void> {
  for (let at = 0; at < some.length; at += 20)
    await Promise.all(
      some.slice(at, at + 20).map((record) => records.commit(record, { replacing: "nothing" })),
    );
  sent.length = 0;
}

const listNames = () => sent.map(({ name }) => name);
const listRows = (name: string) =>
  sent.filter((one) => one.name === name).reduce((sum, { rows }) => sum + rows, 0);

describe("the requests to DynamoDB", () => {
  it("for a commit without tags is one conditional put", async () => {
    await records.commit(createRecord("k"), { replacing: "nothing" });
    await records.commit(createRecord("k", { version: createVersion(2) }), {
      replacing: createReplaced(createVersion(1)),
    });
    expect(listNames()).toEqual(["PutItemCommand", "PutItemCommand"]);
  });

  it("for a page of a tag stays within a small multiple of the page, however rare the tag is", async () => {
    const some = Array.from({ length: 300 }, (_, index) =>
      createRecord(`k${index}`, {
        createdAt: createTime(index),
        tags: index % 30 === 0 ? ["rare", "x"] : ["common"],
      }),
    );
    await commitAll(some);
    const { items } = await records.list({ limit: 10, tag: "rare" });
    expect(items.map(({ key }) => key)).toEqual(
      [270, 240, 210, 180, 150, 120, 90, 60, 30, 0].map((index) => `k${index}`),
    );
    expect(listRows("QueryCommand")).toBeLessThanOrEqual(10);
    expect(listRows("BatchGetItemCommand")).toBeLessThanOrEqual(10);
    expect(new Set(listNames())).toEqual(new Set(["QueryCommand", "BatchGetItemCommand"]));
  });

  it("for a page costs the same whether there are hundreds of records or a thousand", async () => {
    const costs: number[][] = [];
    for (const count of [300, 1_000]) {
      const from = count === 300 ? 0 : 300;
      const some = Array.from({ length: count - from }, (_, index) =>
        createRecord(`k${from + index}`, { createdAt: createTime(from + index) }),
      );
      await commitAll(some);
      const first = await records.list({ limit: 50 });
      await records.list({ limit: 50, cursor: first.cursor });
      costs.push([listRows("QueryCommand"), listRows("BatchGetItemCommand")]);
    }
    for (const [keys = 0, rows = 0] of costs) {
      expect(keys).toBeLessThanOrEqual(2 * 100 + 100);
      expect(rows).toBe(2 * 51);
    }
  });
});

describe("a stale index entry", () => {
  /** Leaves the state of a handler that wrote the entries of a commit and then died, or was too late. */
  async function leaveEntries(record: ImageRecord): Promise<void> {
    for (const entry of deriveEntries(record).values())
      await client.send(new PutItemCommand({ TableName: table, Item: marshalItem({ ...entry }) }));
  }

  it("changes no listing", async () => {
    const current = createRecord("k", { version: createVersion(2), tags: ["cat"] });
    await leaveEntries(createRecord("k", { tags: ["cat", "dog"] }));
    await leaveEntries(createRecord("k", { version: createVersion(3), tags: ["cat", "bird"] }));
    await leaveEntries(createRecord("never committed", { tags: ["cat"] }));
    await records.commit(current, { replacing: "nothing" });
    for (const limit of [1, 9]) {
      expect(await records.list({ limit, tag: "cat" })).toEqual({ items: [current] });
      expect(await records.list({ limit, tag: "cat", status: "ready" })).toEqual({ items: [current] });
      expect(await records.list({ limit, tag: "dog" })).toEqual({ items: [] });
      expect(await records.list({ limit, tag: "bird" })).toEqual({ items: [] });
    }
    expect(await records.list({ limit: 9 })).toEqual({ items: [current] });
  });

  it("is never read as a record", async () => {
    const record = createRecord("k", { tags: ["cat"] });
    await leaveEntries(record);
    for (const id of deriveEntries(record).keys()) expect(await records.get(id as ImageId)).toBeUndefined();
  });

  it("is not left by a commit that succeeds", async () => {
    await records.commit(createRecord("k", { tags: ["cat", "dog"] }), { replacing: "nothing" });
    await records.commit(createRecord("k", { version: createVersion(2), tags: ["dog"] }), {
      replacing: createReplaced(createVersion(1)),
    });
    await records.commit(createRecord("k", { version: createVersion(3), status: "removed" }), {
      replacing: createReplaced(createVersion(2)),
    });
    await records.purge(createRecord("k").imageId, { replacing: createReplaced(createVersion(3)) });
    sent.length = 0;
    for (const tag of ["cat", "dog"]) await records.list({ limit: 9, tag });
    expect(listRows("QueryCommand")).toBe(0);
  });
});

describe("a commit whose answer was lost", () => {
  /** Sends every conditional put twice and answers with the second, as the SDK does when the first one timed out. */
  const sendTwice = () => {
    const send = async (command: PutItemCommand) => {
      if (command instanceof PutItemCommand) await client.send(command);
      return client.send(command);
    };
    return new DynamoMetadataRepository({ client: createNotingClient(send), table });
  };

  it("is recognized as its own", async () => {
    const records = sendTwice();
    await records.commit(createRecord("k"), { replacing: "nothing" });
    await records.commit(createRecord("k", { version: createVersion(2) }), {
      replacing: createReplaced(createVersion(1)),
    });
    expect(await records.get(createRecord("k").imageId)).toEqual(
      createRecord("k", { version: createVersion(2) }),
    );
  });

  it("is a conflict if somebody else's commit won", async () => {
    await records.commit(createRecord("k"), { replacing: "nothing" });
    await expect(sendTwice().commit(createRecord("k"), { replacing: "nothing" })).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("an item", () => {
  it("has the interesting facts as plain attributes, public URLs among them", async () => {
    const rendition = {
      name: "thumb",
      key: "i/0-1-0/f/thumb.webp" as RenditionKey,
      recipe: "r",
      format: "webp" as const,
      width: 2,
      height: 1,
      bytes: 3,
      watermarked: false,
    };
    const source = {
      format: "jpeg" as const,
      contentType: "image/jpeg",
      width: 4,
      height: 2,
      bytes: 9,
      sha256: "0".repeat(64),
      orientation: 1,
      colorSpace: "srgb",
      hasAlpha: false,
      frames: 1,
    };
    const said = { owner: "ann", title: "Cat", alt: "A cat", edition: 3 };
    const record = createRecord("photos/cat.jpg", {
      ...said,
      tags: ["cat"],
      renditions: [rendition],
      source,
    });
    const toPublicUrl = (key: string) => `https://images.example/${key}`;
    await new DynamoMetadataRepository({ client, table, publicUrl: toPublicUrl }).commit(record, {
      replacing: "nothing",
    });
    const key = { imageId: { S: record.imageId } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
    expect(Item).toMatchObject({
      imageId: { S: record.imageId },
      schema: { N: String(SCHEMA_VERSION) },
      version: { S: "0-0001-0" },
      edition: { N: "3" },
      owner: { S: "ann" },
      title: { S: "Cat" },
      alt: { S: "A cat" },
      key: { S: "photos/cat.jpg" },
      status: { S: "ready" },
      createdAt: { S: record.createdAt },
      format: { S: "jpeg" },
      width: { N: "4" },
      height: { N: "2" },
      bytes: { N: "9" },
      tags: { L: [{ S: "cat" }] },
      urls: { M: { thumb: { S: "https://images.example/i/0-1-0/f/thumb.webp" } } },
    });
  });

  it("has a time to live if it is a tombstone that may expire, and loses it with the next upload", async () => {
    const repository = new DynamoMetadataRepository({ client, table });
    const living = createRecord("k");
    const key = { imageId: { S: living.imageId } };
    const readTimeToLive = async () =>
      (await client.send(new GetItemCommand({ TableName: table, Key: key }))).Item?.deleteAfter;
    await repository.commit(living, { replacing: "nothing" });
    expect(await readTimeToLive()).toBeUndefined();
    const expiresAt = "2026-03-01T00:00:00.001Z";
    const tombstone = createRecord("k", { status: "removed", version: createVersion(8), expiresAt });
    await repository.commit(tombstone, { replacing: living });
    expect(await readTimeToLive()).toEqual({ N: String(Date.parse("2026-03-01T00:00:01Z") / 1_000) });
    await repository.commit(createRecord("k", { version: createVersion(9) }), { replacing: tombstone });
    expect(await readTimeToLive()).toBeUndefined();
  });
});
