import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { DynamoMetadataRepository } from "../../../src/adapters/aws/metadata-repository.js";
import { marshalItem, toItem } from "../../../src/adapters/aws/record-item.js";
import { deriveEntries, SCHEMA_VERSION } from "../../../src/adapters/aws/records-layout.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import {
  createRecord,
  createTime,
  createVersion,
} from "../../../src/ports/contracts/metadata-repository/records.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { createTable, type Dynamo, startDynamo } from "../../support/cloud/dynamo.js";

let dynamo: Dynamo;
let client: DynamoDBClient;
let table: string;
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
  records = new DynamoMetadataRepository({ client, table });
});

describe("a row of another schema", () => {
  const record = createRecord("k", { tags: ["cat"], owner: "ann", status: "ready" });
  const tombstone = createRecord("gone", { status: "removed", expiresAt: createTime(0) });
  const found = {
    missing: "no schema number",
    other: `schema "${SCHEMA_VERSION + 1}"`,
    text: "no schema number",
  };
  const refusal = (found: string) => ({
    code: "internal",
    message: expect.stringMatching(
      new RegExp(`^the row .+ of the table has ${found} instead of ${SCHEMA_VERSION}, .+ fill a new table`),
    ),
  });

  /** Writes the rows of the record as this version does, with another number or none. */
  async function writeRows(what: ImageRecord, kind: keyof typeof found) {
    const rows = [
      toItem(what, { commitId: "theirs" }),
      ...[...deriveEntries(what).values()].map((row) => marshalItem({ ...row })),
    ];
    for (const { schema: _, ...Item } of rows) {
      if (kind === "other") Item.schema = { N: String(SCHEMA_VERSION + 1) };
      if (kind === "text") Item.schema = { S: String(SCHEMA_VERSION) };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    }
  }

  const readRow = async ({ imageId }: ImageRecord) =>
    (await client.send(new GetItemCommand({ TableName: table, Key: { imageId: { S: imageId } } }))).Item;

  it.each(["missing", "other", "text"] as const)(
    "is neither read nor overwritten, with a sentence that says what to do: %s",
    async (kind) => {
      await writeRows(record, kind);
      await writeRows(tombstone, kind);
      const before = [await readRow(record), await readRow(tombstone)];
      const refused = refusal(found[kind]);
      await expect(records.get(record.imageId)).rejects.toMatchObject(refused);
      await expect(records.getMany([record.imageId])).rejects.toMatchObject(refused);
      for (const filter of [{}, { status: "ready" }, { tag: "cat" }, { owner: "ann" }] as const)
        await expect(records.list({ limit: 9, ...filter })).rejects.toMatchObject(refused);
      const next = createRecord("k", { version: createVersion(2), edition: 2 });
      for (const replacing of ["nothing", record] as const)
        await expect(records.commit(next, { replacing })).rejects.toMatchObject(refused);
      for (const one of [record, tombstone])
        await expect(records.purge(one.imageId, { replacing: one })).rejects.toMatchObject(refused);
      expect([await readRow(record), await readRow(tombstone)]).toEqual(before);
    },
  );

  it("does not hide other rows", async () => {
    await writeRows(record, "missing");
    const mine = createRecord("mine");
    await records.commit(mine, { replacing: "nothing" });
    expect(await records.get(mine.imageId)).toEqual(mine);
  });

  it("is recognized by the number that every row of a record has", () => {
    for (const entry of deriveEntries(record).values())
      expect(marshalItem({ ...entry }).schema).toEqual({ N: String(SCHEMA_VERSION) });
  });
});
