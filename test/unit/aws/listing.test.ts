import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DynamoMetadataRepository } from "../../../src/adapters/aws/metadata-repository.js";
import { SHARDS } from "../../../src/adapters/aws/records-layout.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import {
  createRecord,
  createTime,
  createVersion,
} from "../../../src/ports/contracts/metadata-repository/records.js";
import type { ListQuery, NameQuery } from "../../../src/ports/metadata-repository.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { createTable, type Dynamo, startDynamo } from "../../support/cloud/dynamo.js";
import { fillTable } from "../../support/cloud/fill-table.js";
import {
  countByName,
  countItemsRead,
  recordCommands,
  type SentCommand,
} from "../../support/cloud/recorder.js";
import { createRandom } from "../../support/kill/random-kills.js";
import { chooseCount } from "../../support/sample.js";

const TABLE = "ImageMetadata";
const FEW = 1_000;
const MANY = chooseCount({ fast: 4_000, ordinary: 4_000, long: 6_000 });
const LIMIT = 100;

/** The most keys that one page may read of an index: its own records, and those that eight partitions read beyond their share. */
const MOST_QUERIED = 2 * (LIMIT + 1);

let dynamo: Dynamo;
let client: DynamoDBClient;
let records: DynamoMetadataRepository;
let sent: SentCommand[];
/** The cost of the same walk over few and over many records. */
const costs: { queried: number; fetched: number; pages: number }[] = [];

beforeAll(async () => {
  dynamo = await startDynamo();
  client = new DynamoDBClient(createClientOptions(dynamo.endpoint));
  sent = recordCommands([client]);
  records = new DynamoMetadataRepository({ client, table: TABLE, searchByName: true });
  await createTable(client, TABLE);
  await fillTable(
    client,
    TABLE,
    Array.from({ length: FEW }, (_, index) => createNthRecord(index)),
    { searchByName: true },
  );
  costs.push(await countReads(5));
  await fillTable(
    client,
    TABLE,
    Array.from({ length: MANY - FEW }, (_, index) => createNthRecord(FEW + index)),
    { searchByName: true },
  );
  costs.push(await countReads(5));
}, 120_000);

afterAll(async () => {
  client.destroy();
  await dynamo.close();
});

/** Three images a millisecond, one in a thousand with a tag, one in a hundred somebody's. */
function createNthRecord(index: number): ImageRecord {
  const tags = index % 1_000 === 7 ? ["rare"] : [];
  const owner = index % 100 === 7 ? { owner: "ann" } : {};
  return createRecord(`k${index}`, { createdAt: createTime(Math.floor(index / 3)), tags, ...owner });
}

/** Counts the reads of so many pages together. */
async function countReads(pages: number) {
  sent.length = 0;
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1)
    cursor = (await records.list({ limit: LIMIT, ...(cursor !== undefined && { cursor }) })).cursor;
  return { ...countItemsRead(sent), pages };
}

describe("a page of a listing", () => {
  it("reads no more items of many records than of one thousand", () => {
    const [few, many] = costs;
    expect(many?.fetched).toBe(few?.fetched);
    for (const { queried, fetched, pages } of costs) {
      expect(queried).toBeGreaterThanOrEqual(LIMIT * pages);
      expect(queried).toBeLessThanOrEqual(MOST_QUERIED * pages);
      expect(fetched).toBe((LIMIT + 1) * pages);
    }
  });

  it.each<Partial<ListQuery>>([
    { tag: "rare" },
    { tag: "rare", status: "ready" },
    { tag: "rare", owner: "ann" },
    { tag: "rare", owner: "ann", status: "ready" },
  ])("reads little more than itself where one record in a thousand is wanted: %j", async (filter) => {
    sent.length = 0;
    const { items, cursor } = await records.list({ limit: 2, ...filter });
    expect(items.map(({ key }) => key)).toEqual([`k${MANY - 993}`, `k${MANY - 1_993}`]);
    const { queried, fetched } = countItemsRead(sent);
    expect(queried).toBeLessThanOrEqual(2 * 3 + SHARDS);
    expect(fetched).toBe(3);
    expect((await records.list({ limit: 2, cursor, ...filter })).items.map(({ key }) => key)).toEqual([
      `k${MANY - 2_993}`,
      `k${MANY - 3_993}`,
    ]);
  });

  it.each<Partial<ListQuery>>([{ owner: "ann" }, { owner: "ann", status: "ready" }])(
    "reads little more than itself where one record in a hundred has the owner: %j",
    async (filter) => {
      sent.length = 0;
      const { items } = await records.list({ limit: 5, ...filter });
      expect(items.map(({ key }) => key)).toEqual([93, 193, 293, 393, 493].map((n) => `k${MANY - n}`));
      expect(countItemsRead(sent).queried).toBeLessThanOrEqual(4 * SHARDS);
      expect(countItemsRead(sent).fetched).toBe(6);
    },
  );

  it.each<Partial<NameQuery>>([{}, { status: "ready" }])(
    "reads little more than itself where one name in hundreds begins so: %j",
    async (filter) => {
      sent.length = 0;
      const named = Array.from({ length: MANY }, (_, index) => `k${index}`)
        .filter((key) => key.startsWith("k77"))
        .sort();
      const first = await records.listByName?.({ limit: 5, name: "k77", ...filter });
      expect(first?.items.map(({ key }) => key)).toEqual(named.slice(0, 5));
      expect(countByName(sent).Scan).toBeUndefined();
      expect(countItemsRead(sent).queried).toBeLessThanOrEqual(3 * SHARDS);
      expect(countItemsRead(sent).fetched).toBe(6);
      const next = await records.listByName?.({ limit: 3, name: "k77", cursor: first?.cursor, ...filter });
      expect(next?.items.map(({ key }) => key)).toEqual(named.slice(5, 8));
    },
  );

  it("reads no ready record where only rejected ones are wanted", async () => {
    await fillTable(client, TABLE, [
      createRecord("bad", { status: "rejected", createdAt: createTime(1) }),
      createRecord("worse", { status: "rejected", createdAt: createTime(0) }),
    ]);
    sent.length = 0;
    const { items } = await records.list({ limit: LIMIT, status: "rejected" });
    expect(items.map(({ key }) => key)).toEqual(["bad", "worse"]);
    expect(countItemsRead(sent)).toEqual({ queried: 2, fetched: 2 });
  });
});

it(`a listing of ${MANY} shows each record that stays exactly once while others come and go, without a scan`, async () => {
  const random = createRandom(7);
  const passing = Array.from({ length: MANY }, (_, index) => createNthRecord(index)).filter(
    (_, index) => index % 10 === 3,
  );
  const stays = new Set(
    Array.from({ length: MANY }, (_, index) => index).filter((index) => index % 10 !== 3),
  );
  const seen = new Map<string, number>();
  let changes = 0;
  let cursor: string | undefined;
  sent.length = 0;
  do {
    const page = await records.list({ limit: LIMIT, ...(cursor !== undefined && { cursor }) });
    for (const { key } of page.items) seen.set(key, (seen.get(key) ?? 0) + 1);
    cursor = page.cursor;
    for (let times = 0; times < 3; times += 1) {
      // Anywhere: before what was read, where nobody looks any more, and after it.
      const createdAt = createTime(Math.floor(random() * (MANY / 3)));
      await records.commit(createRecord(`new ${changes}`, { createdAt }), { replacing: "nothing" });
      const [leaves] = passing.splice(Math.floor(random() * passing.length), 1);
      if (!leaves) throw new Error("expected somebody to leave but nobody is there");
      const { key, createdAt: stored } = leaves;
      const tombstone = createRecord(key, {
        status: "removed",
        createdAt: stored,
        version: createVersion(2),
        edition: 2,
      });
      await records.commit(tombstone, { replacing: leaves });
      changes += 1;
    }
  } while (cursor !== undefined);
  expect(changes).toBeGreaterThan(MANY / 35);
  expect([...stays].filter((index) => seen.get(`k${index}`) !== 1)).toEqual([]);
  expect([...seen].filter(([, times]) => times !== 1)).toEqual([]);
  const commands = Object.keys(countByName(sent)).sort();
  expect(commands).toEqual(["BatchGetItem", "BatchWriteItem", "PutItem", "Query"]);
}, 120_000);
